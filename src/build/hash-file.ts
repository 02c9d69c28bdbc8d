import { createHash, hash } from 'node:crypto';
import { type FileEntry, readListed } from './read-listed.ts';

/** SHA-256 of a listed file's content, in hexadecimal. Throws ContextChanged, BuildRefused. */
export async function hashFile(entry: FileEntry, signal: AbortSignal): Promise<string> {
  let small: string | undefined;
  const large = createHash('sha256');
  await readListed(
    entry,
    {
      whole: (content) => {
        small = hash('sha256', content);
      },
      chunk: (content) => void large.update(content),
    },
    signal,
  );
  return small ?? large.digest('hex');
}

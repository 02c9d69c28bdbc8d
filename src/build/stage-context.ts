import { closeSync, fchmodSync, futimesSync, openSync, write, writeSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BuildContext } from './build-context.ts';
import { type FileEntry, readListed } from './read-listed.ts';

const writeAsync = promisify(write);

/** A copy of a context that nobody else changes, for engines to read. */
export interface StagedContext {
  readonly directory: string;
  /** Beside the context, not in it. */
  readonly dockerfile: string;
}

/**
 * Copies what was listed, and nothing else, to a folder that is empty. The engine then sees exactly what was hashed:
 * no file that came in between, no link that leads elsewhere by now, permissions reduced to what counts in the hash.
 * Throws ContextChanged when a file is not what it was.
 */
export async function stageContext(context: BuildContext, into: string, signal: AbortSignal): Promise<StagedContext> {
  const directory = join(into, 'context');
  const dockerfile = join(into, 'Dockerfile');
  await mkdir(directory);
  await writeFile(dockerfile, context.dockerfile);
  for (const entry of context.entries) {
    signal.throwIfAborted();
    const target = join(directory, entry.path);
    if (entry.kind === 'directory') await mkdir(target);
    else if (entry.kind === 'link') await symlink(entry.target, target);
    else await copyListed(entry, target, signal);
  }
  return { directory, dockerfile };
}

async function copyListed(entry: FileEntry, target: string, signal: AbortSignal): Promise<void> {
  await setImmediate();
  const descriptor = openSync(target, 'wx', 0o600);
  try {
    await readListed(
      entry,
      {
        whole: (content) => void writeSync(descriptor, content),
        chunk: async (content) => void (await writeAsync(descriptor, content)),
      },
      signal,
    );
    fchmodSync(descriptor, entry.executable ? 0o755 : 0o644);
    const modified = Number(entry.identity.mtimeNs / 1_000_000n) / 1000;
    futimesSync(descriptor, modified, modified);
  } finally {
    closeSync(descriptor);
  }
}

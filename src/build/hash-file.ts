import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { BuildRefused } from './build-refused.ts';
import { errorCode } from './confine.ts';
import type { ContextEntry, FileIdentity } from './context-entry.ts';

/** Up to this size a file is read in one go. */
const SMALL_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 ** 2;
const readAsync = promisify(read);

export type FileEntry = Extract<ContextEntry, { readonly kind: 'file' }>;

/** The file is not the one that was listed: it was changed, or something else was put in its place. Look again. */
export class ContextChanged extends Error {
  override readonly name = 'ContextChanged';

  constructor(path: string) {
    super(`${path} changed while it was being read`);
  }
}

/**
 * SHA-256 of the content, in hexadecimal. Throws ContextChanged unless the very file that was listed was read.
 *
 * A small file is read in the calling thread: four trips to Node's thread pool cost five times as much as the reading
 * itself, and contexts are made of small files. The caller yields between files.
 */
export async function hashFile(entry: FileEntry, signal: AbortSignal): Promise<string> {
  const descriptor = openListed(entry);
  try {
    const small = entry.sizeBytes <= SMALL_BYTES;
    const digest = small ? hashSmall(descriptor, entry) : await hashLarge(descriptor, entry, signal);
    if (digest === undefined || !isStill(descriptor, entry.identity)) throw new ContextChanged(entry.path);
    return digest;
  } finally {
    closeSync(descriptor);
  }
}

/** Opens the file without following a link in its last part, and without waiting should it have become a pipe. */
function openListed(entry: FileEntry): number {
  try {
    return openSync(entry.source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') throw new ContextChanged(entry.path);
    throw new BuildRefused('unreadable', entry.path, `${entry.path} cannot be read (${code})`, { cause: thrown });
  }
}

function hashSmall(descriptor: number, entry: FileEntry): string | undefined {
  const buffer = Buffer.allocUnsafe(entry.sizeBytes);
  return readSync(descriptor, buffer, 0, buffer.length, 0) === entry.sizeBytes ? hash('sha256', buffer) : undefined;
}

async function hashLarge(descriptor: number, entry: FileEntry, signal: AbortSignal): Promise<string | undefined> {
  const sum = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let left = entry.sizeBytes;
  while (left > 0) {
    signal.throwIfAborted();
    const { bytesRead } = await readAsync(descriptor, buffer, 0, Math.min(CHUNK_BYTES, left), null);
    if (bytesRead === 0) return undefined;
    sum.update(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return sum.digest('hex');
}

/** A folder above may have been exchanged for a link since the listing; the inode tells. */
function isStill(descriptor: number, listed: FileIdentity): boolean {
  const now = fstatSync(descriptor, { bigint: true });
  return (
    now.dev === listed.dev &&
    now.ino === listed.ino &&
    now.size === listed.sizeBytes &&
    now.mtimeNs === listed.mtimeNs &&
    now.ctimeNs === listed.ctimeNs
  );
}

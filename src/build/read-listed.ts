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

/** The file is not the one that was listed: it was changed, or something else was put in its place. List again. */
export class ContextChanged extends Error {
  override readonly name = 'ContextChanged';

  constructor(path: string) {
    super(`${path} changed while it was being read`);
  }
}

/** Takes the content of a file: a small one whole, a large one in pieces whose buffer is used again. */
export interface ContentSink {
  whole(content: Uint8Array): void;
  chunk(content: Uint8Array): void | Promise<void>;
}

/**
 * Reads a listed file. Throws ContextChanged unless the very file that was listed was read, unchanged.
 *
 * A small file is read in the calling thread: four trips to Node's thread pool cost five times as much as the reading
 * itself, and contexts are made of small files. The caller yields between files.
 */
export async function readListed(entry: FileEntry, sink: ContentSink, signal: AbortSignal): Promise<void> {
  const descriptor = openListed(entry);
  try {
    const complete =
      entry.sizeBytes <= SMALL_BYTES
        ? readSmall(descriptor, entry, sink)
        : await readLarge(descriptor, entry, sink, signal);
    if (!complete || !isStill(descriptor, entry.identity)) throw new ContextChanged(entry.path);
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

function readSmall(descriptor: number, entry: FileEntry, sink: ContentSink): boolean {
  const buffer = Buffer.allocUnsafe(entry.sizeBytes);
  if (readSync(descriptor, buffer, 0, buffer.length, 0) !== entry.sizeBytes) return false;
  sink.whole(buffer);
  return true;
}

async function readLarge(
  descriptor: number,
  entry: FileEntry,
  sink: ContentSink,
  signal: AbortSignal,
): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let left = entry.sizeBytes;
  while (left > 0) {
    signal.throwIfAborted();
    const { bytesRead } = await readAsync(descriptor, buffer, 0, Math.min(CHUNK_BYTES, left), null);
    if (bytesRead === 0) return false;
    await sink.chunk(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return true;
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

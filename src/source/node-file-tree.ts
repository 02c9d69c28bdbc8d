import { type BigIntStats, constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import {
  type FileContent,
  type FileKind,
  type FileStat,
  type FileTree,
  NotAFile,
  type TreeEntry,
} from './file-tree.ts';

const READ_CHUNK_BYTES = 64 * 1024;

/** The real file system. */
export class NodeFileTree implements FileTree {
  async list(directory: string): Promise<readonly TreeEntry[]> {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }

  async lstat(path: string): Promise<FileStat> {
    return statOf(await lstat(path, { bigint: true }));
  }

  async stat(path: string): Promise<FileStat> {
    return statOf(await stat(path, { bigint: true }));
  }

  readlink(path: string): Promise<string> {
    return readlink(path);
  }

  realpath(path: string): Promise<string> {
    return realpath(path);
  }

  async read(path: string, maxBytes: number): Promise<FileContent> {
    // O_NONBLOCK: opening a pipe nobody writes to would wait for ever otherwise.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const before = statOf(await handle.stat({ bigint: true }));
      if (before.kind !== 'file') throw new NotAFile('not a regular file: a pipe, socket or device');
      const bytes = await readUpTo(handle, maxBytes + 1);
      return { bytes, before, after: statOf(await handle.stat({ bigint: true })) };
    } finally {
      await handle.close();
    }
  }
}

/** Reads on until the end of the file or `limit` bytes: the size told by `stat` may be out of date by then. */
async function readUpTo(handle: FileHandle, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < limit) {
    const chunk = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, limit - total));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, total);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}

function kindOf(entry: Dirent | Stats | BigIntStats): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function statOf(stats: BigIntStats): FileStat {
  const { dev, ino, size: sizeBytes, mtimeNs, ctimeNs } = stats;
  return { kind: kindOf(stats), dev, ino, sizeBytes, mtimeNs, ctimeNs };
}

/** The file system as a source sees it: five questions, so that a simulation can answer them. */
export interface FileTree {
  /** Names in `directory` with what they are, not following links. */
  list(directory: string): Promise<readonly TreeEntry[]>;
  /** Does not follow a link. */
  lstat(path: string): Promise<FileStat>;
  /** Follows links. */
  stat(path: string): Promise<FileStat>;
  readlink(path: string): Promise<string>;
  realpath(path: string): Promise<string>;
  /**
   * The first `maxBytes + 1` bytes of a regular file. Never blocks on a pipe or device, never follows a link in the
   * last component: throws `NotAFile` instead, or the system's error.
   */
  read(path: string, maxBytes: number): Promise<FileContent>;
}

export type FileKind = 'file' | 'directory' | 'link' | 'other';

export interface TreeEntry {
  readonly name: string;
  readonly kind: FileKind;
}

export interface FileStat {
  readonly kind: FileKind;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly sizeBytes: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  /** Of the open file, before the first byte and after the last. */
  readonly before: FileStat;
  readonly after: FileStat;
}

/** What was opened is a pipe, socket, device or directory. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
}

/** Equal stamps: nobody wrote to the file in between, as far as the file system can tell. */
export function stampOf(stat: FileStat): string {
  return `${stat.dev}:${stat.ino}:${stat.sizeBytes}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

export function inodeOf(stat: FileStat): string {
  return `${stat.dev}:${stat.ino}`;
}

/** `ENOENT` and its like; undefined when `thrown` is not an error of the system. */
export function systemCode(thrown: unknown): string | undefined {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ELOOP: 'a link that leads back to itself',
  EIO: 'input/output error of the disk or mount',
  ESTALE: 'the network mount lost this file (stale handle)',
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
  ENAMETOOLONG: 'the name is too long',
};

/** Why an access failed, in words that name no path and quote no content. */
export function plainReason(thrown: unknown): string {
  const code = systemCode(thrown);
  if (code === undefined) return 'unexpected error';
  const words = PLAIN_WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}

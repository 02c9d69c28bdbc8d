import type { FileContent, FileStat, FileTree, TreeEntry } from '../../src/source/file-tree.ts';

export type TreeCall = 'list' | 'lstat' | 'stat' | 'readlink' | 'realpath' | 'read';

/** A file tree in front of another one, that fails, hangs or meddles where it is told to, and knows what is under way. */
export class FaultyTree implements FileTree {
  readonly #inner: FileTree;
  /** Called before each call; may throw, wait, or change the files. */
  before: (call: TreeCall, path: string) => void | Promise<void> = () => {};
  after: (call: TreeCall, path: string) => void = () => {};
  pending = 0;
  readonly counts = new Map<TreeCall, number>();

  constructor(inner: FileTree) {
    this.#inner = inner;
  }

  list(path: string): Promise<readonly TreeEntry[]> {
    return this.#call('list', path, () => this.#inner.list(path));
  }

  lstat(path: string): Promise<FileStat> {
    return this.#call('lstat', path, () => this.#inner.lstat(path));
  }

  stat(path: string): Promise<FileStat> {
    return this.#call('stat', path, () => this.#inner.stat(path));
  }

  readlink(path: string): Promise<string> {
    return this.#call('readlink', path, () => this.#inner.readlink(path));
  }

  realpath(path: string): Promise<string> {
    return this.#call('realpath', path, () => this.#inner.realpath(path));
  }

  read(path: string, maxBytes: number): Promise<FileContent> {
    return this.#call('read', path, () => this.#inner.read(path, maxBytes));
  }

  async #call<Out>(call: TreeCall, path: string, work: () => Promise<Out>): Promise<Out> {
    this.counts.set(call, (this.counts.get(call) ?? 0) + 1);
    this.pending++;
    try {
      await this.before(call, path);
      const result = await work();
      this.after(call, path);
      return result;
    } finally {
      this.pending--;
    }
  }
}

/** As the system reports it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up by a test`), { code });
}

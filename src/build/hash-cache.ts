import type { Clock } from '../lib/clock.ts';
import type { FileIdentity } from './context-entry.ts';

/**
 * A file changed twice within one tick of the file system's clock looks unchanged. Content read this soon after the last
 * change is therefore not remembered; the next pass reads it once more.
 */
const SETTLED_MS = 2000;

export interface HashCacheOptions {
  /** Oldest use is dropped beyond this. About 300 bytes each. */
  readonly maxFiles: number;
  readonly clock: Clock;
}

/**
 * Content hashes of files by device, inode, size, change and modification time: an unchanged file costs a `stat`, no
 * read. The change time is in the key because a program can set the modification time back, but not that one.
 */
export class HashCache {
  readonly #hashes = new Map<string, string>();
  readonly #options: HashCacheOptions;

  constructor(options: HashCacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#hashes.size;
  }

  get(identity: FileIdentity): string | undefined {
    const key = keyOf(identity);
    const hash = this.#hashes.get(key);
    if (hash !== undefined) {
      this.#hashes.delete(key);
      this.#hashes.set(key, hash);
    }
    return hash;
  }

  put(identity: FileIdentity, hash: string): void {
    const changedMs = Number(max(identity.ctimeNs, identity.mtimeNs) / 1_000_000n);
    if (this.#options.clock.now() - changedMs < SETTLED_MS) return;
    this.#hashes.set(keyOf(identity), hash);
    if (this.#hashes.size <= this.#options.maxFiles) return;
    const [oldest] = this.#hashes.keys();
    if (oldest !== undefined) this.#hashes.delete(oldest);
  }
}

function keyOf({ dev, ino, sizeBytes, mtimeNs, ctimeNs }: FileIdentity): string {
  return `${dev}:${ino}:${sizeBytes}:${mtimeNs}:${ctimeNs}`;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

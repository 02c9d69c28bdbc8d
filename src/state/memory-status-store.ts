import type { Key } from '../manifest/key.ts';
import type { Expected, StatusStore, Versioned } from './status-store.ts';

/** Lives as long as the process. */
export class MemoryStatusStore<Status> implements StatusStore<Status> {
  /** Per key and not per store, because the epochs of two leases have nothing to do with each other. */
  readonly #entries = new Map<Key, Versioned<Status> & { readonly epoch: number }>();

  async get(key: Key, signal: AbortSignal): Promise<Versioned<Status> | undefined> {
    signal.throwIfAborted();
    const entry = this.#entries.get(key);
    return entry && { status: entry.status, version: entry.version };
  }

  async put(
    key: Key,
    status: Status,
    { version, epoch }: Expected,
    signal: AbortSignal,
  ): Promise<'stored' | 'conflict' | 'fenced'> {
    signal.throwIfAborted();
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.epoch > epoch) return 'fenced';
    if ((entry?.version ?? 0) !== version) return 'conflict';
    this.#entries.set(key, { status, version: version + 1, epoch });
    return 'stored';
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly [Key, Versioned<Status>]> {
    for (const [key, { status, version }] of this.#entries) {
      signal.throwIfAborted();
      yield [key, { status, version }];
    }
  }

  async remove(key: Key, { epoch }: Pick<Expected, 'epoch'>, signal: AbortSignal): Promise<'removed' | 'fenced'> {
    signal.throwIfAborted();
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.epoch > epoch) return 'fenced';
    this.#entries.delete(key);
    return 'removed';
  }
}

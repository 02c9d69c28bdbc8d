import type { Key } from '../manifest/key.ts';
import type { StatusBook } from '../reconcile/reconciler.ts';
import type { ServiceStatus } from '../reconcile/status.ts';

/** Told of every status that is written, with the one before it; returns what is to be kept. */
export type StatusListener = (before: ServiceStatus | undefined, after: ServiceStatus) => ServiceStatus;

/** The statuses of this process. A cache: after a restart the first pass over each key fills it again. */
export class StatusMemory implements StatusBook {
  readonly #statuses = new Map<Key, ServiceStatus>();
  readonly #listener: StatusListener;
  readonly #removed: (status: ServiceStatus) => void;

  constructor(listener: StatusListener, removed: (status: ServiceStatus) => void) {
    this.#listener = listener;
    this.#removed = removed;
  }

  get size(): number {
    return this.#statuses.size;
  }

  get(key: Key): ServiceStatus | undefined {
    return this.#statuses.get(key);
  }

  put(status: ServiceStatus): void {
    this.#statuses.set(status.key, this.#listener(this.#statuses.get(status.key), status));
  }

  remove(key: Key): void {
    const status = this.#statuses.get(key);
    if (status === undefined) return;
    this.#statuses.delete(key);
    this.#removed(status);
  }

  /** By key. */
  all(): readonly ServiceStatus[] {
    return [...this.#statuses.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

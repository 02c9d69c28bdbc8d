import type { Root } from './root.ts';

/** Tells that something may have changed. A hint: some changes are told late, several times or never. */
export interface Watcher {
  /** Resolves when changes from now on are told. Rejects when watching is not possible here. */
  watch(root: Root, on: WatchEvents): Promise<AsyncDisposable>;
}

export interface WatchEvents {
  hint(): void;
  /** The watch can no longer be relied on. Nothing follows. */
  fault(error: Error): void;
}

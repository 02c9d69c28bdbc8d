import { abortable } from '../lib/abortable.ts';

/** Runs work with the same key one after the other, in the order it came; different keys do not wait for each other. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();

  /** Rejects with `signal.reason` when aborted before its turn; `work` has then not been called. */
  async run<T>(key: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const turn = Promise.withResolvers<void>();
    this.#append(key, before, turn.promise);
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      turn.resolve();
    }
  }

  /** The key is forgotten when the last in line has had its turn, so that the map does not grow with use. */
  #append(key: string, before: Promise<void>, turn: Promise<void>): void {
    const tail = before
      .then(() => turn)
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    this.#tails.set(key, tail);
  }
}

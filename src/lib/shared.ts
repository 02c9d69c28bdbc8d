import { abortable } from './abortable.ts';

/** One piece of work that several callers wait for. It is aborted only when all of them have left. */
export class Shared<T> {
  readonly #work = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;

  /** Starts `work` at once. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#result = work(this.#work.signal);
    this.#result.catch(() => {});
  }

  /** True once every caller has left before the end: nobody may join any more. */
  get abandoned(): boolean {
    return this.#work.signal.aborted;
  }

  /** Aborting `signal` rejects this caller alone. */
  async join(signal: AbortSignal): Promise<T> {
    this.#waiting++;
    try {
      return await abortable(this.#result, signal);
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && signal.aborted) this.#work.abort(signal.reason);
    }
  }
}

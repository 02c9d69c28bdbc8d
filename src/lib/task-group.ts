import { toError } from './errors.ts';

/** Runs work nobody awaits, reports its failure, and lets shutdown wait for it. */
export class TaskGroup implements AsyncDisposable {
  readonly #running = new Set<Promise<void>>();
  readonly #onError: (name: string, error: Error) => void;

  constructor(onError: (name: string, error: Error) => void) {
    this.#onError = onError;
  }

  run(name: string, work: () => Promise<void>): void {
    const task = work()
      .catch((thrown: unknown) => this.#onError(name, toError(thrown)))
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Resolves when everything that runs now, and what that starts, has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

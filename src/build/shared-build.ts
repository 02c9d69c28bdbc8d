import { quietly } from '../lib/quietly.ts';
import { Shared } from '../lib/shared.ts';
import type { BuildProgress } from './builder.ts';

type Tell = (progress: BuildProgress) => void;

/** One build that several callers wait for. It is aborted when all of them have left, and tells each what it does. */
export class SharedBuild<Value> {
  /** Resolves, however the build ends, once nothing of it runs any more. */
  readonly ended: Promise<void>;
  readonly #shared: Shared<Value>;
  readonly #listeners = new Set<Tell>();

  /** Starts `work` at once. */
  constructor(work: (on: Tell, signal: AbortSignal) => Promise<Value>) {
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#shared = new Shared((signal) =>
      work((progress) => this.#tell(progress), signal).finally(() => ended.resolve()),
    );
  }

  /** True once every caller has left before the end: nobody may join any more. */
  get abandoned(): boolean {
    return this.#shared.abandoned;
  }

  /**
   * Tells `on` what the build does from now on. Aborting `signal` rejects this caller alone, and at once; but the last to
   * leave only when the build has ended, so that a program that waits for it leaves nothing behind.
   */
  async join(on: Tell, signal: AbortSignal): Promise<Value> {
    // The same function may be given twice, and its first caller may leave.
    const listener: Tell = (progress) => on(progress);
    this.#listeners.add(listener);
    try {
      return await this.#shared.join(signal);
    } finally {
      this.#listeners.delete(listener);
      if (this.abandoned) await this.ended;
    }
  }

  #tell(progress: BuildProgress): void {
    for (const listener of this.#listeners) quietly(() => listener(progress));
  }
}

import type { Clock } from '../lib/clock.ts';

/** Waits until something may have changed and has calmed down, or until it is time to look anyway. */
export class Hints {
  readonly #clock: Clock;
  #firstMs: number | undefined;
  #lastMs = 0;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(): void {
    this.#lastMs = this.#clock.elapsed();
    this.#firstMs ??= this.#lastMs;
    this.#wake?.();
  }

  /**
   * Resolves `maxMs` from now, or after a hint: once `quietMs` passed without another one, and at most `patienceMs`
   * after the first. Hints given up to then are spent.
   */
  async next(
    wait: { readonly maxMs: number; readonly quietMs: number; readonly patienceMs: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#firstMs === undefined) await this.#sleepOrHint(wait.maxMs, signal);
    while (this.#firstMs !== undefined) {
      const readyMs = Math.min(this.#lastMs + wait.quietMs, this.#firstMs + wait.patienceMs);
      const leftMs = readyMs - this.#clock.elapsed();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, signal);
    }
    this.#firstMs = undefined;
  }

  async #sleepOrHint(ms: number, signal: AbortSignal): Promise<void> {
    const hinted = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const slept = this.#clock.sleep(ms, AbortSignal.any([signal, hinted.signal]));
    try {
      await Promise.race([woken, slept]);
    } finally {
      this.#wake = undefined;
      hinted.abort();
      slept.catch(() => {});
    }
  }
}

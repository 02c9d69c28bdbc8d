import type { Clock } from '../../src/lib/clock.ts';
import type { Kernel, Owner } from './kernel.ts';

export interface ClockDrift {
  /** How far the wall clock is from the truth. */
  readonly offsetMs: number;
  /** How fast this machine's time passes; 1 is right. */
  readonly rate: number;
}

/** 2026-01-01T00:00:00Z, when every run begins. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/** The clocks of one machine. What sleeps on them dies with its owner. */
export class SimClock implements Clock {
  readonly #kernel: Kernel;
  readonly #owner: Owner | undefined;
  readonly #lane: string;
  readonly #drift: ClockDrift;
  /** Take back the listener of what sleeps. */
  readonly #sleeping = new Set<() => void>();

  constructor(kernel: Kernel, lane: string, owner?: Owner, drift: ClockDrift = { offsetMs: 0, rate: 1 }) {
    this.#kernel = kernel;
    this.#lane = lane;
    this.#owner = owner;
    this.#drift = drift;
  }

  now(): number {
    return Math.floor(EPOCH_MS + this.#drift.offsetMs + this.elapsed());
  }

  elapsed(): number {
    return this.#kernel.now * this.#drift.rate;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        leave();
        cancel();
        reject(signal.reason);
      };
      const leave = (): void => {
        this.#sleeping.delete(leave);
        signal.removeEventListener('abort', onAbort);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const cancel = this.#kernel.after(Math.ceil(Math.max(0, ms) / this.#drift.rate), this.#lane, wake, this.#owner);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#sleeping.add(leave);
    });
  }

  /** The run is over: what sleeps will never wake, and listens to nothing any more. */
  abandon(): void {
    for (const leave of this.#sleeping) leave();
  }
}

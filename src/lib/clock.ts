/** Time as the rest of the code sees it. Nothing else in `src/` reads a clock or sets a timer. */
export interface Clock {
  /** Epoch milliseconds. For timestamps people read; may jump. */
  now(): number;
  /** Milliseconds from an arbitrary origin. For durations, back-off and leases; never jumps. */
  elapsed(): number;
  /** Resolves after `ms`. Rejects with `signal.reason`, and frees its timer, on abort. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node fires a longer timeout after 1 ms instead of refusing it. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A delay a timer can take: not negative, not NaN, not past what Node's timers hold. */
export function clampDelayMs(ms: number): number {
  return Number.isNaN(ms) ? MAX_TIMER_MS : Math.min(Math.max(0, ms), MAX_TIMER_MS);
}

/** The machine's own clocks. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, clampDelayMs(ms));
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

import type { Random } from '../lib/random.ts';

export interface BackoffOptions {
  /** No delay is shorter than this. Default 1 000. */
  readonly baseMs?: number;
  /** No delay is longer than this. Default 300 000. */
  readonly capMs?: number;
}

/** The delay in milliseconds before the next attempt, after `failures` failures in a row (1 or more). */
export type Backoff = (failures: number) => number;

/**
 * Doubles with every failure up to the cap. Chance takes away at most half, so that keys which failed together
 * do not come back together and none comes back at once: 1–2 s, 2–4 s, 4–8 s … 150–300 s.
 */
export function exponentialBackoff(random: Random, options: BackoffOptions = {}): Backoff {
  const { baseMs = 1_000, capMs = 300_000 } = options;
  return (failures) => {
    // 2 ** 1024 is Infinity, which the cap turns into a delay again.
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.max(1, failures));
    return ceilingMs * (0.5 + 0.5 * random());
  };
}

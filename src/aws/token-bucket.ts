import type { Clock } from '../lib/clock.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { Quota } from './limits.ts';

/** Throttling never slows us below this part of the rate: something must go on being tried. */
const FLOOR = 1 / 16;
/** One throttled burst is one message, not ten: the rate is halved at most once in this time. */
const HALVING_PAUSE_MS = 1000;
/** Every call that went through gives this part of the full rate back: about 50 calls from half to full. */
const RECOVERY_STEP = 0.01;

/** Tokens that refill with time; at a rate that halves when AWS throttles and creeps back when it does not. */
export class TokenBucket {
  readonly #quota: Quota;
  readonly #clock: Clock;
  readonly #queue = new KeyedLock();
  #tokens: number;
  #filledAt: number;
  #speed = 1;
  #halvedAt = Number.NEGATIVE_INFINITY;

  constructor(quota: Quota, clock: Clock) {
    this.#quota = quota;
    this.#clock = clock;
    this.#tokens = quota.burst;
    this.#filledAt = clock.elapsed();
  }

  /** Resolves with a token, in the order of asking. Rejects with `signal.reason` on abort, and then keeps no token. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#queue.run('', () => this.#next(signal), signal);
  }

  report(result: 'ok' | 'throttled'): void {
    this.#fill();
    if (result === 'ok') {
      this.#speed = Math.min(1, this.#speed + RECOVERY_STEP);
      return;
    }
    // AWS's bucket is empty, so ours had better be too.
    this.#tokens = Math.min(this.#tokens, 0);
    if (this.#clock.elapsed() - this.#halvedAt < HALVING_PAUSE_MS) return;
    this.#halvedAt = this.#clock.elapsed();
    this.#speed = Math.max(FLOOR, this.#speed / 2);
  }

  async #next(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#fill();
      if (this.#tokens >= 1) break;
      // Rounded up, or a timer that fires a fraction early would make us go round once more.
      const waitMs = Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
      await this.#clock.sleep(waitMs, signal);
    }
    this.#tokens -= 1;
  }

  get #perSecond(): number {
    return this.#quota.perSecond * this.#speed;
  }

  #fill(): void {
    const now = this.#clock.elapsed();
    const gained = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#quota.burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}

import type { Clock } from '../lib/clock.ts';
import type { Key } from '../manifest/key.ts';

const HOUR_MS = 3_600_000;
/** So many deletions an hour are never suspicious. */
const ALWAYS_ALLOWED = 3;
/** Beyond them, this part of the managed services. */
const ALLOWED_PART = 0.2;

/**
 * Stops a mass deletion: when more services than max(3, 20 %) of those that are managed disappear within an hour, the
 * source is more likely wrong than the services unwanted, and a person has to confirm.
 */
export class DeletionGuard {
  readonly #clock: Clock;
  readonly #admitted = new Map<Key, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when this key may be deleted now; a key that was admitted stays admitted for the hour. */
  admits(key: Key, managed: number): boolean {
    const now = this.#clock.elapsed();
    for (const [other, at] of this.#admitted) if (now - at >= HOUR_MS) this.#admitted.delete(other);
    if (this.#admitted.has(key)) return true;
    if (this.#admitted.size >= Math.max(ALWAYS_ALLOWED, Math.floor(managed * ALLOWED_PART))) return false;
    this.#admitted.set(key, now);
    return true;
  }
}

import type { Clock } from '../lib/clock.ts';
import type { Key } from '../manifest/key.ts';

const HOUR_MS = 3_600_000;
/** So many deletions an hour are never suspicious. */
const ALWAYS_ALLOWED = 3;
/** Beyond them, this part of the managed services. */
const ALLOWED_PART = 0.2;

/** How many services there are, and how many of their manifests went away. */
export interface Disappearance {
  readonly managed: number;
  /** Manifests that went away within the last hour and have not come back. */
  readonly vanished: number;
}

/**
 * Stops a mass deletion: when more services than max(3, 20 %) of those that are managed disappear within an hour, the
 * source is more likely wrong than the services unwanted. None of them is deleted then, and what was held back stays so:
 * time alone confirms nothing. A person confirms by deleting by name, or the manifest comes back.
 */
export class DeletionGuard {
  readonly #clock: Clock;
  readonly #admitted = new Map<Key, number>();
  readonly #held = new Set<Key>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True when this key may be deleted now; a key that was admitted stays admitted for the hour. */
  admits(key: Key, { managed, vanished }: Disappearance): boolean {
    const now = this.#clock.elapsed();
    for (const [other, at] of this.#admitted) if (now - at >= HOUR_MS) this.#admitted.delete(other);
    if (this.#admitted.has(key)) return true;
    const limit = Math.max(ALWAYS_ALLOWED, Math.floor(managed * ALLOWED_PART));
    if (this.#held.has(key) || vanished > limit || this.#admitted.size >= limit) {
      this.#held.add(key);
      return false;
    }
    this.#admitted.set(key, now);
    return true;
  }

  /** The key is wanted again, or gone: what was said of it before no longer holds. */
  forget(key: Key): void {
    this.#held.delete(key);
  }
}

import type { Clock } from '../lib/clock.ts';

/** How long ECS may take to list what it has acknowledged (ECS API reference, "eventual consistency": back off for up to five minutes). */
const KEPT_MS = 300_000;

interface Recent {
  readonly arn: string;
  readonly at: number;
}

/** What this process registered a moment ago and a list may not show yet: registering it again would leak a revision. */
export class RecentRevisions {
  readonly #clock: Clock;
  /** Newest first. */
  readonly #byFamily = new Map<string, readonly Recent[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(family: string, arn: string): void {
    this.#prune();
    const others = (this.#byFamily.get(family) ?? []).filter((recent) => recent.arn !== arn);
    this.#byFamily.set(family, [{ arn, at: this.#clock.elapsed() }, ...others]);
  }

  /** True for what this process registered a moment ago and nobody has said to be gone. */
  knows(arn: string): boolean {
    this.#prune();
    return [...this.#byFamily.values()].some((recents) => recents.some((recent) => recent.arn === arn));
  }

  /** It is gone, or in doubt. */
  drop(arn: string): void {
    for (const [family, recents] of this.#byFamily) {
      if (recents.some((recent) => recent.arn === arn)) this.#keep(family, (recent) => recent.arn !== arn);
    }
  }

  /** What was listed and what should have been, newest first. */
  joined(family: string, listed: readonly string[], limit: number): readonly string[] {
    this.#prune();
    const missing = (this.#byFamily.get(family) ?? []).map(({ arn }) => arn).filter((arn) => !listed.includes(arn));
    return [...missing, ...listed].sort((a, b) => revisionNumber(b) - revisionNumber(a)).slice(0, limit);
  }

  has(family: string): boolean {
    this.#prune();
    return this.#byFamily.has(family);
  }

  #prune(): void {
    const oldest = this.#clock.elapsed() - KEPT_MS;
    for (const [family, recents] of this.#byFamily) {
      if (recents.some(({ at }) => at < oldest)) this.#keep(family, ({ at }) => at >= oldest);
    }
  }

  #keep(family: string, isKept: (recent: Recent) => boolean): void {
    const kept = (this.#byFamily.get(family) ?? []).filter(isKept);
    if (kept.length === 0) this.#byFamily.delete(family);
    else this.#byFamily.set(family, kept);
  }
}

/** The number after the last colon of a revision's ARN. */
function revisionNumber(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(':') + 1));
}

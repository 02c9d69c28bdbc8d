import type { Region } from '../region.ts';

interface Version {
  /** Epoch milliseconds at which it ceased to be how things are. */
  readonly until: number;
  readonly region: Region;
}

/** Versions kept of a region at most; the oldest go first. */
const KEPT = 64;
/** What tasks and deployments do by themselves is told apart to this part of the longest lag. */
const GRAIN = 16;

/**
 * How regions were, for reads that lag behind. A version is kept before every write, and before what happens by itself,
 * for as long as a rule can ask for it.
 */
export class History {
  readonly #versions = new Map<Region, Version[]>();
  readonly #floors = new Map<Region, number>();
  #depthMs = 0;

  /** How far back a read may look; nothing is kept unless it is more than 0. */
  reach(ms: number): void {
    this.#depthMs = Math.max(this.#depthMs, ms);
  }

  get isKept(): boolean {
    return this.#depthMs > 0;
  }

  clear(): void {
    this.#depthMs = 0;
    this.#versions.clear();
    this.#floors.clear();
  }

  /** To be told right before `region` changes; `bySelf`: not by a call. */
  beforeChange(region: Region, at: number, bySelf: boolean): void {
    if (!this.isKept) return;
    const versions = this.#versions.get(region) ?? [];
    const last = versions.at(-1)?.until ?? Number.NEGATIVE_INFINITY;
    if (last === at || (bySelf && last > at - this.#depthMs / GRAIN)) return;
    const oldest = at - this.#depthMs;
    const kept = versions.filter((version) => version.until > oldest).slice(1 - KEPT);
    this.#versions.set(region, [...kept, { until: at, region: region.copy() }]);
  }

  /**
   * The region as it was at that moment; the oldest version that is known if it was longer ago. Monotonic: not as it was
   * before what a monotonic read has seen already.
   */
  at(region: Region, moment: number, monotonic: boolean): Region {
    const floor = this.#floors.get(region) ?? Number.NEGATIVE_INFINITY;
    const from = monotonic ? Math.max(moment, floor) : moment;
    if (monotonic) this.#floors.set(region, from);
    return this.#versions.get(region)?.find((version) => version.until > from)?.region ?? region;
  }
}

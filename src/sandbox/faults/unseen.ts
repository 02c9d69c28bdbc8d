import type { ServiceRecord } from '../ecs/records.ts';
import type { Region, RegionMaps } from '../region.ts';

type Hideable = 'services' | 'logGroups' | 'scaling' | 'repositories';
const HIDEABLE: readonly Hideable[] = ['services', 'logGroups', 'scaling', 'repositories'];

interface Hidden {
  readonly map: Hideable | 'families';
  readonly key: string;
  /** The record: the name of an INACTIVE service can be taken again. For families the first revision that is not seen. */
  readonly what: unknown;
  readonly untilMs: number;
}

/** What was created, and is not seen by reads yet. */
export class Unseen {
  readonly #hidden = new Map<Region, Hidden[]>();

  clear(): void {
    this.#hidden.clear();
  }

  /** Call it before a call that creates something; what it returns, after the call. */
  watch(region: Region, untilMs: number): () => void {
    const before = HIDEABLE.map((map) => [map, new Map<string, unknown>(region[map])] as const);
    const revisions = new Map([...region.families].map(([family, all]) => [family, all.length]));
    return () => {
      const records = before.flatMap(([map, old]) =>
        [...region[map]]
          .filter(([key, record]) => (map === 'services' ? old.get(key) !== record : !old.has(key)))
          .map(([key, what]): Hidden => ({ map, key, what, untilMs })),
      );
      const families = [...region.families]
        .filter(([family, all]) => all.length > (revisions.get(family) ?? 0))
        .map(([key]): Hidden => ({ map: 'families', key, what: revisions.get(key) ?? 0, untilMs }));
      this.#hidden.set(region, [...(this.#hidden.get(region) ?? []), ...records, ...families]);
    };
  }

  /** The region as reads see it at that moment (epoch milliseconds). */
  view(region: Region, at: number): Region {
    const hidden = this.#hidden.get(region)?.filter(({ untilMs }) => untilMs > at) ?? [];
    if (hidden.length === 0) {
      this.#hidden.delete(region);
      return region;
    }
    this.#hidden.set(region, hidden);
    return region.seenWith(mapsWithout(region, hidden));
  }
}

function mapsWithout(region: Region, hidden: readonly Hidden[]): Partial<RegionMaps> {
  const maps: Record<string, Map<string, unknown>> = {};
  for (const { map, key, what } of hidden) {
    const seen = maps[map] ?? new Map<string, unknown>(region[map]);
    maps[map] = seen;
    if (map === 'families') showRevisions(seen as RegionMaps['families'], key, what as number);
    else if (map !== 'services') seen.delete(key);
    else if (seen.get(key) === what) showFormer(seen as RegionMaps['services'], key, what as ServiceRecord);
  }
  return maps as Partial<RegionMaps>;
}

/** Before a service there may have been another one of its name. */
function showFormer(services: RegionMaps['services'], key: string, { former }: ServiceRecord): void {
  if (former === undefined) services.delete(key);
  else services.set(key, former);
}

function showRevisions(families: RegionMaps['families'], family: string, count: number): void {
  const all = families.get(family) ?? [];
  if (count === 0) families.delete(family);
  else families.set(family, all.slice(0, count));
}

import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { plainCopy } from './plain-copy.ts';

interface Read {
  readonly operation: string;
  readonly region: string;
  readonly input: object;
}

interface Version {
  readonly until: number;
  readonly answer: { readonly ok: object } | { readonly error: unknown };
}

/** Versions of an answer that are kept. */
const KEPT = 4;

/**
 * What each read would have answered before the newest writes. ECS and its neighbours answer reads from copies that lag
 * behind (ECS API reference, "eventual consistency"): any version that held within the lag may come back.
 */
export class StaleReads {
  readonly #world: SandboxWorld;
  readonly #now: () => number;
  readonly #lagMs: number;
  /** False: nothing is kept, for runs in which no read is stale. */
  readonly #keeps: boolean;
  readonly #reads = new Map<string, { readonly read: Read; versions: Version[] }>();

  constructor(world: SandboxWorld, now: () => number, { lagMs, keeps }: { lagMs: number; keeps: boolean }) {
    this.#world = world;
    this.#now = now;
    this.#lagMs = lagMs;
    this.#keeps = keeps;
  }

  /** From now on, what this read answers is remembered before every write. */
  note(read: Read): void {
    if (!this.#keeps) return;
    const name = nameOf(read);
    if (!this.#reads.has(name)) this.#reads.set(name, { read, versions: [] });
  }

  beforeWrite(): void {
    for (const known of this.#reads.values()) {
      known.versions = [...known.versions, { until: this.#now(), answer: this.#ask(known.read) }].slice(-KEPT);
    }
  }

  /** The oldest answer that the lag allows; undefined when there is none but the present one. */
  older(read: Read): Version['answer'] | undefined {
    const earliest = this.#now() - this.#lagMs;
    return this.#reads.get(nameOf(read))?.versions.find((version) => version.until >= earliest)?.answer;
  }

  #ask({ operation, region, input }: Read): Version['answer'] {
    try {
      const call = { caller: this.#world.root, region, operation, input };
      return { ok: plainCopy(this.#world.perform(call)) };
    } catch (thrown) {
      return { error: thrown };
    }
  }
}

function nameOf({ operation, region, input }: Read): string {
  return `${region} ${operation} ${JSON.stringify(input)}`;
}

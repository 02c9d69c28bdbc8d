import type { AwsGateway, AwsTarget, Gateways } from '../aws/gateway.ts';
import type { EcsService } from '../aws/operations.ts';
import { exponentialBackoff } from '../engine/backoff.ts';
import { mapBounded } from '../lib/bounded.ts';
import type { Clock } from '../lib/clock.ts';
import { toError, UsageError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { type Key, parseKey } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import { claimOf, OWNER_TAGS } from '../reconcile/ownership.ts';
import type { LiveService } from '../reconcile/resource.ts';
import { clusterName, tagMap } from '../resources/context.ts';
import { isMarkedForDeletion } from '../resources/deletion-mark.ts';
import { liveService } from '../resources/live-service.ts';
import type { Source } from '../source/source.ts';
import type { Log } from '../telemetry/log.ts';
import { judgeError } from './judge-error.ts';
import { familyOf, standIn } from './named-service.ts';
import type { ServiceTarget } from './program.ts';

export interface UnclaimedParts {
  readonly gateways: Gateways;
  readonly controllerId: string;
  /** Looked at whether or not a manifest names it. */
  readonly region: string;
  readonly source: Source;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Told of every deletion that an earlier process began and did not bring to its end. */
  readonly onBegun: (last: LoadedManifest, live: LiveService) => void;
}

/** A live service of this controller, and where it was found. */
interface Owned {
  readonly key: Key;
  readonly target: AwsTarget;
  readonly cluster: string;
  readonly service: EcsService;
}

/** What one look has shown, and why it has not shown more. */
interface Shown {
  readonly owned: readonly Owned[];
  readonly refusals: readonly Error[];
}

/**
 * When it is looked, after the start: at once, and again when no answer can be from before the start any more (ECS API
 * reference, "eventual consistency": up to five minutes).
 */
const LOOKS_AFTER_MS = [0, 300_000] as const;
/** Nothing waits for the answer, and whoever cannot be reached is being asked by every pass already. */
const RETRY = { baseMs: 120_000, capMs: 1_800_000 };
const TARGETS_AT_ONCE = 16;
const CLUSTERS_AT_ONCE = 4;
/** One call's worth of DescribeServices: a cluster full of other people's services must not hold up the passes. */
const SERVICES_AT_ONCE = 10;
const SHOWN = 50;

/**
 * Looks, after the start, for services that carry this controller's tags and that no manifest names. A deletion that has
 * begun is gone on with. Everything else is only told: that its manifest went away while nobody looked proves nothing.
 */
export class UnclaimedServices {
  readonly #parts: UnclaimedParts;
  readonly #found = new Map<string, readonly string[]>();
  /** Where the last look was not shown everything. */
  readonly #refused = new Map<string, AwsTarget>();

  constructor(parts: UnclaimedParts) {
    this.#parts = parts;
  }

  /** What the last look found and left as it is: `region cluster/service`. */
  get found(): readonly string[] {
    return [...new Set([...this.#found.values()].flat())].sort();
  }

  /** Resolves when it has looked as often as it has to, or `signal` aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#parts;
    try {
      for (const afterMs of LOOKS_AFTER_MS) {
        if (afterMs > 0) await clock.sleep(afterMs, signal);
        await this.#lookAt(this.#targets(), signal);
      }
      const backoffMs = exponentialBackoff(random, RETRY);
      for (let looks = 1; this.#refused.size > 0; looks++) {
        await clock.sleep(backoffMs(looks), signal);
        await this.#lookAt(this.#refused, signal);
      }
    } catch (thrown) {
      if (!signal.aborted) log.error('task.failed', { task: 'unclaimed services', error: toError(thrown) });
    }
  }

  /** Every account and region that a manifest is about, and the controller's own. */
  #targets(): ReadonlyMap<string, AwsTarget> {
    const own: AwsTarget = { region: this.#parts.region };
    const all = [own, ...this.#manifests().map(({ manifest }) => targetOf(manifest.spec))];
    return new Map(all.map((target) => [`${target.region} ${target.assumeRoleArn ?? ''}`, target]));
  }

  async #lookAt(targets: ReadonlyMap<string, AwsTarget>, signal: AbortSignal): Promise<void> {
    await mapBounded([...targets], TARGETS_AT_ONCE, ([name, target]) => this.#look(name, target, signal));
  }

  async #look(name: string, target: AwsTarget, signal: AbortSignal): Promise<void> {
    const { owned, refusals } = await this.#untilAnswered(target, signal);
    this.#noteRefusals(name, target, refusals);
    const left = owned
      .filter((one) => this.#isLeft(one))
      .map(({ cluster, service }) => placeOf(target, cluster, service.serviceName));
    const isNews = left.join() !== (this.#found.get(name) ?? []).join();
    if (isNews && left.length > 0) {
      this.#parts.log.warn('services.unclaimed', { count: left.length, services: left.slice(0, SHOWN) });
    }
    this.#found.set(name, left);
  }

  /** Somebody may still grant what was refused: it is told once, and looked at again. */
  #noteRefusals(name: string, target: AwsTarget, [error]: readonly Error[]): void {
    if (error !== undefined && !this.#refused.has(name)) this.#parts.log.info('services.unseen', { error });
    if (error === undefined) this.#refused.delete(name);
    else this.#refused.set(name, target);
  }

  async #untilAnswered(target: AwsTarget, signal: AbortSignal): Promise<Shown> {
    const { clock, random, source, gateways } = this.#parts;
    const backoffMs = exponentialBackoff(random, RETRY);
    for (let failures = 1; ; failures++) {
      try {
        if (source.snapshot().status === 'complete') return await this.#unnamed(gateways.for(target), target, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (!isPassing(thrown)) throw thrown;
      }
      await clock.sleep(backoffMs(failures), signal);
    }
  }

  /** The services of this controller in every cluster there is to see, but for those that manifests name. */
  async #unnamed(gateway: AwsGateway, target: AwsTarget, signal: AbortSignal): Promise<Shown> {
    const refusals: Error[] = [];
    const unlessRefused = <T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> =>
      this.#unlessRefused(ask, refusals, signal);
    const listed = await unlessRefused(() => gateway.ecs.listClusters({ signal }));
    const places = this.#places();
    const named = places.filter(({ region }) => region === target.region).map(({ cluster }) => cluster);
    const known = new Set(places.map(({ place }) => place));
    const lists = await mapBounded([...new Set([...named, ...listed])].sort(), CLUSTERS_AT_ONCE, async (cluster) => {
      const names = await unlessRefused(() => gateway.ecs.listServices(cluster, { signal }));
      const unnamed = names.filter((name) => !known.has(placeOf(target, cluster, name)));
      return mapBounded(unnamed, SERVICES_AT_ONCE, (service) =>
        unlessRefused(async () => {
          const live = await gateway.ecs.describeService({ cluster, service }, { signal });
          return live === undefined ? [] : this.#owned(live, cluster, target);
        }),
      );
    });
    return { owned: lists.flat(2), refusals };
  }

  #owned(service: EcsService, cluster: string, target: AwsTarget): readonly Owned[] {
    const tags = tagMap(service.tags);
    const key = parseKey(tags[OWNER_TAGS.manifest] ?? '');
    const isOurs = claimOf(tags, { controllerId: this.#parts.controllerId, key }).kind === 'ours';
    return isOurs && service.status === 'ACTIVE' ? [{ key, target, cluster, service }] : [];
  }

  /** True for what is only to be told. The manifests may have changed since the services were listed. */
  #isLeft({ key, target, cluster, service }: Owned): boolean {
    const { source, onBegun } = this.#parts;
    const name = service.serviceName ?? '';
    if (this.#places().some(({ place }) => place === placeOf(target, cluster, name))) return false;
    // Of a key that the source has an opinion on a status speaks, unless its manifest names another service by now.
    if (new Set(source.keys()).has(key)) return source.get(key).kind === 'wanted';
    const last = isMarkedForDeletion(service) ? lastOf(key, { ...target, cluster, service: name }, service) : undefined;
    if (last !== undefined) onBegun(last, liveService(service));
    return last === undefined;
  }

  #places(): readonly { readonly region: string; readonly cluster: string; readonly place: string }[] {
    return this.#manifests().map(({ manifest: { spec } }) => {
      const cluster = clusterName(spec.cluster);
      return { region: spec.region, cluster, place: placeOf(spec, cluster, spec.serviceName) };
    });
  }

  #manifests(): readonly LoadedManifest[] {
    const { source } = this.#parts;
    return [...source.keys()].flatMap((key) => {
      const desired = source.get(key);
      return desired.kind === 'wanted' ? [desired.loaded] : [];
    });
  }

  /** Nothing, and noted, when AWS will not say and asking again at once would change nothing. */
  async #unlessRefused<T>(
    ask: () => Promise<readonly T[]>,
    refusals: Error[],
    signal: AbortSignal,
  ): Promise<readonly T[]> {
    try {
      return await ask();
    } catch (thrown) {
      signal.throwIfAborted();
      if (isPassing(thrown)) throw thrown;
      refusals.push(toError(thrown));
      return [];
    }
  }
}

/** Undefined when its tags name what can be the key of no manifest: anybody may have written them. */
function lastOf(key: Key, target: ServiceTarget, service: EcsService): LoadedManifest | undefined {
  try {
    return standIn(key, target, familyOf(service));
  } catch (thrown) {
    if (thrown instanceof UsageError) return undefined;
    throw thrown;
  }
}

function isPassing(thrown: unknown): boolean {
  return judgeError(toError(thrown)).kind === 'retry';
}

function targetOf({ region, assumeRoleArn }: AwsTarget): AwsTarget {
  return assumeRoleArn === undefined ? { region } : { region, assumeRoleArn };
}

/** Whichever role it is reached with. */
function placeOf({ region }: AwsTarget, cluster: string, service = ''): string {
  return `${region} ${cluster}/${service}`;
}

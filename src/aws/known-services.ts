import type { Clock } from '../lib/clock.ts';
import { AwsError, AwsFault } from './errors.ts';
import type { ServiceRef } from './gateway.ts';
import { trailingName } from './gather.ts';
import type { EcsService, EcsTag } from './operations.ts';

/** How long reads may be older than a write (ECS API reference, "eventual consistency": back off for up to five minutes). */
const KEPT_MS = 300_000;

/** What is known of one service; times are of the monotonic clock. */
interface Known {
  /** When it, or its remains, were last there, by a read or by the answer to a write. */
  readonly seenAt?: number;
  /** The newest deployment that we made or saw. */
  readonly newest?: { readonly deploymentId: string; readonly createdAtMs: number; readonly at: number };
  /** The version of the service that was created then. */
  readonly version?: { readonly number: number; readonly createdAtMs: number; readonly at: number };
  /** Our deletion of the one that was created then. */
  readonly deleted?: { readonly createdAtMs: number | undefined; readonly at: number };
}

/**
 * What this process has seen of services and what ECS answered to its own writes. A read that shows less is from before
 * that, and is not what is live: acting on it would undo, or do once more, what has long gone its way.
 */
export class KnownServices {
  readonly #clock: Clock;
  /** The tag that holds the version of a service, a number that never goes down; absent: there is none. */
  readonly #versionTag: string | undefined;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock, versionTag?: string) {
    this.#clock = clock;
    this.#versionTag = versionTag;
  }

  /** Takes in the answer to a creation or an update. */
  wrote(ref: ServiceRef, service: EcsService): void {
    const now = this.#clock.elapsed();
    for (const [name, known] of this.#known) if (!isFresh(newestOf(known), now)) this.#known.delete(name);
    // What there is to write to is not what was deleted, though it may be told to be as old: that is known by the second.
    const { deleted, version, ...known } = this.#known.get(nameOf(ref)) ?? {};
    const same = deleted === undefined && version !== undefined ? { ...known, version } : known;
    this.#known.set(nameOf(ref), this.#noted(same, service, now));
  }

  /** Takes in that a service was tagged. */
  tagged(ref: ServiceRef, tags: readonly EcsTag[]): void {
    const known = this.#known.get(nameOf(ref));
    const number = this.#versionIn(tags);
    if (known?.version === undefined || number === undefined) return;
    const version = { ...known.version, number, at: this.#clock.elapsed() };
    this.#known.set(nameOf(ref), { ...known, version });
  }

  /** Takes in the answer to a deletion; undefined: it did not show the service. */
  deleted(ref: ServiceRef, service: EcsService | undefined): void {
    if (service === undefined) return;
    const deleted = { createdAtMs: service.createdAt?.getTime(), at: this.#clock.elapsed() };
    this.#known.set(nameOf(ref), { ...this.#known.get(nameOf(ref)), deleted });
  }

  /**
   * The service as it was read; undefined: MISSING. Throws `transient` when that is from before what is known: then it is
   * neither absent nor changed.
   */
  checked(ref: ServiceRef, service: EcsService | undefined): EcsService | undefined {
    const now = this.#clock.elapsed();
    const known = this.#known.get(nameOf(ref));
    const doubt = known === undefined ? undefined : this.#doubtOf(known, service, now);
    if (doubt !== undefined)
      throw new AwsError('transient', 'ecs:DescribeServices', new AwsFault('StaleAnswer', doubt));
    if (service === undefined) return undefined;
    this.#known.set(nameOf(ref), this.#noted(known, service, now));
    return service;
  }

  /** With what an answer shows that is in no doubt. */
  #noted(known: Known | undefined, service: EcsService, now: number): Known {
    const { id: deploymentId, createdAt } = primaryOf(service) ?? {};
    const seen: Known = { ...known, ...this.#versionOf(service, now), seenAt: now };
    if (deploymentId === undefined || createdAt === undefined) return seen;
    return { ...seen, newest: { deploymentId, createdAtMs: createdAt.getTime(), at: now } };
  }

  #doubtOf(known: Known, service: EcsService | undefined, now: number): string | undefined {
    if (service === undefined) return isFresh(known.seenAt, now) ? VANISHED : undefined;
    const shown = this.#versionOf(service, now).version;
    const { version } = known;
    const isOlder =
      version !== undefined && shown?.createdAtMs === version.createdAtMs && shown.number < version.number;
    if (isOlder && isFresh(version.at, now)) return 'the answer is from before our own change';
    return doubtOf(known, service, now);
  }

  #versionOf({ tags, createdAt }: EcsService, at: number): Pick<Known, 'version'> {
    const number = this.#versionIn(tags ?? []);
    if (number === undefined || createdAt === undefined) return {};
    return { version: { number, createdAtMs: createdAt.getTime(), at } };
  }

  #versionIn(tags: readonly EcsTag[]): number | undefined {
    const number = Number(tags.find(({ key }) => key === this.#versionTag)?.value);
    return this.#versionTag === undefined || !Number.isSafeInteger(number) ? undefined : number;
  }
}

function doubtOf({ newest, deleted }: Known, service: EcsService, now: number): string | undefined {
  if (deleted !== undefined && isFresh(deleted.at, now) && isFromBefore(deleted, service)) {
    return 'the answer is from before our own deletion';
  }
  if (newest === undefined || !isFresh(newest.at, now)) return undefined;
  if ((service.deployments ?? []).some(({ id }) => id === newest.deploymentId)) return undefined;
  const primaryAtMs = primaryOf(service)?.createdAt?.getTime();
  if (primaryAtMs === undefined || primaryAtMs >= newest.createdAtMs) return undefined;
  return `the answer is from before the deployment ${newest.deploymentId}`;
}

/**
 * Of a deleted service ECS shows the remains for a while, first DRAINING, then INACTIVE (API reference, DeleteService). When
 * those are gone from one look to the next, a new service has most likely taken their place and does not show yet.
 */
const VANISHED = 'it was there a moment ago, and a deleted service leaves remains';

function isFromBefore({ createdAtMs }: NonNullable<Known['deleted']>, { status, createdAt }: EcsService): boolean {
  return status === 'ACTIVE' && createdAt?.getTime() === createdAtMs;
}

function isFresh(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at <= KEPT_MS;
}

function newestOf({ seenAt, deleted }: Known): number {
  return Math.max(seenAt ?? 0, deleted?.at ?? 0);
}

function nameOf({ cluster, service }: ServiceRef): string {
  return `${trailingName(cluster)}/${trailingName(service)}`;
}

function primaryOf(service: EcsService): NonNullable<EcsService['deployments']>[number] | undefined {
  return service.deployments?.find(({ status }) => status === 'PRIMARY');
}

/** A reading of a file that is not yet believed, because somebody may still be writing to it. */
export interface Unsettled {
  readonly hash: string;
  readonly stamp: string;
  /** Elapsed milliseconds: since when it has looked like this, and since when it has not been at rest. */
  readonly sinceMs: number;
  readonly startedMs: number;
  /** How many different contents were seen since `startedMs`. */
  readonly versions: number;
}

export interface Sighting {
  readonly hash: string;
  readonly stamp: string;
  /** The stamp was another one before the reading. */
  readonly torn: boolean;
  /** Wall time of the latest change, as the file system says. */
  readonly touchedAtMs: number;
  /** What is believed, with more after it, in the same file: it may be growing still. */
  readonly grown: boolean;
}

/** What was believed last, and since when. */
export interface Believed {
  readonly hash: string;
  readonly acceptedMs: number;
}

export interface Moment {
  readonly wallMs: number;
  readonly elapsedMs: number;
}

/** A file younger than this is looked at twice: most saves are over by then. */
export const QUIET_MS = 100;
/** For files caught in the act: chunks of a slow writer may be this far apart. */
export const RESTLESS_QUIET_MS = 1_500;
/** After this long without rest the file is reported. It is still not believed. */
export const PATIENCE_MS = 10_000;

export type Verdict =
  | { readonly kind: 'settled' }
  | { readonly kind: 'wait'; readonly waitMs: number; readonly unsettled: Unsettled };

/**
 * Whether a reading may be believed: it equals what is believed already, or the file has been quiet for long enough,
 * by its own times or by two readings that agree. File times may be wrong (copied, skewed, in the future), so they
 * only ever shorten the wait for files that look old.
 */
export function judge(
  seen: Sighting,
  before: { readonly unsettled: Unsettled | undefined; readonly believed: Believed | undefined },
  now: Moment,
): Verdict {
  const unsettled = continued(seen, before.unsettled, now);
  if (!seen.torn && before.believed?.hash === seen.hash) return { kind: 'settled' };
  const needMs = isRestless(seen, unsettled, before.believed, now) ? RESTLESS_QUIET_MS : QUIET_MS;
  const quietMs = Math.max(now.wallMs - seen.touchedAtMs, now.elapsedMs - unsettled.sinceMs);
  if (!seen.torn && quietMs >= needMs) return { kind: 'settled' };
  return { kind: 'wait', waitMs: seen.torn ? needMs : needMs - Math.max(0, quietMs), unsettled };
}

function continued(seen: Sighting, before: Unsettled | undefined, now: Moment): Unsettled {
  const { hash, stamp } = seen;
  if (before === undefined) return { hash, stamp, sinceMs: now.elapsedMs, startedMs: now.elapsedMs, versions: 1 };
  if (before.hash === hash && before.stamp === stamp && !seen.torn) return before;
  const versions = before.hash === hash ? before.versions : before.versions + 1;
  return { hash, stamp, sinceMs: now.elapsedMs, startedMs: before.startedMs, versions };
}

/** Caught in the act: by several readings, or because it only grew since it was believed a moment ago. */
function isRestless(seen: Sighting, unsettled: Unsettled, believed: Believed | undefined, now: Moment): boolean {
  if (unsettled.versions > 2) return true;
  return seen.grown && believed !== undefined && now.elapsedMs - believed.acceptedMs < 2 * RESTLESS_QUIET_MS;
}

import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';

/** What a source knows about one key. Only `deleted` may lead to a deletion. */
export type Desired =
  | { readonly kind: 'wanted'; readonly loaded: LoadedManifest }
  | ({ readonly kind: 'deleted' } & DeletionEvidence)
  | { readonly kind: 'unknown'; readonly reason: string };

/** Why a manifest counts as deleted. */
export interface DeletionEvidence {
  /** The manifest as it last was, for its deletion policy and for what it owned. */
  readonly last: LoadedManifest;
  /** Epoch milliseconds of the first and the latest complete snapshot of this absence. */
  readonly absentSince: number;
  readonly confirmedAt: number;
  /** Consecutive complete snapshots without the manifest; at least 2. */
  readonly snapshots: number;
  readonly rootIdentity: string;
  readonly revision: string;
}

/** What the latest look at everything gave. */
export interface Snapshot {
  /**
   * - `complete`: everything there is was read.
   * - `partial`: some of it could not be read; the keys it held keep their last good version.
   * - `failed`: nothing is known; everything stays as it was.
   */
  readonly status: 'complete' | 'partial' | 'failed';
  /** Names the content: what a swapped link points at, else a hash. Empty before the first reading. */
  readonly revision: string;
  /** Epoch milliseconds. */
  readonly takenAt: number;
  /** Names the place, not its content. Another identity means: what is missing here may still exist there. */
  readonly rootIdentity: string;
  /** Files that hold manifests, or should. */
  readonly files: number;
  /** Keys that are wanted, counting those kept at their last good version. */
  readonly keys: number;
  /** Files with errors in force. */
  readonly rejected: number;
  /** Keys that went away within the last hour and have not come back. */
  readonly vanishedLastHour: number;
  /** Why it is not complete. */
  readonly reason?: string;
}

export interface Source {
  readonly name: string;
  /**
   * Reads everything once, then keeps the cache fresh until `signal` aborts. Resolves when a first snapshot that is
   * not `failed` is in the cache, and rejects only with the signal's reason; troubles go to `sink.stale`.
   */
  start(sink: SourceSink, signal: AbortSignal): Promise<void>;
  /** Reads the cache. Never does I/O, so a pass may call it freely. A key never seen is `unknown`. */
  get(key: Key): Desired;
  /**
   * An earlier process knew this manifest and took it for deleted. It is treated as one that went away just now: unless it
   * is there, it takes all the evidence anew until its key counts as deleted. Ignored for a key there is an opinion on.
   */
  recall(last: LoadedManifest): void;
  /** Every key this source has an opinion on: the wanted ones, and those that went away. */
  keys(): Iterable<Key>;
  snapshot(): Snapshot;
}

/** Whom a source tells. Calls come one after the other and must not throw. */
export interface SourceSink {
  /** The answer of `get(key)` changed. Carries no payload on purpose: read it again. */
  changed(key: Key): void;
  /** Part of `origin` is not in force. Once for each change of its content or of the errors. */
  rejected(origin: string, errors: readonly ManifestError[]): void;
  /** Nothing of `origin` is rejected any more: it was mended, or it is gone. */
  recovered(origin: string): void;
  /** Valid, but worth a look. Once for each change of content. */
  warned(origin: string, warnings: readonly ManifestError[]): void;
  /** The cache cannot be refreshed. Once for each reason; `recovered(source.name)` ends it. */
  stale(error: Error): void;
  /** Changes are noticed later than usual, by polling alone. Undefined: at once again. */
  degraded(reason: string | undefined): void;
}

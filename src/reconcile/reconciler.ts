import type { Outcome, Reconciler } from '../engine/outcome.ts';
import type { Clock } from '../lib/clock.ts';
import { Overtaken, toError } from '../lib/errors.ts';
import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { DeletionGuard } from './deletion-guard.ts';
import type { Link } from './link.ts';
import type { Action } from './plan.ts';
import type { ActionProgress } from './progress.ts';
import { type PassRequest, type PassResult, runPass } from './run-pass.ts';
import type { ServiceStatus } from './status.ts';
import type { JudgeError, Trouble } from './trouble.ts';
import { afterBlock, afterPass, afterTrouble, initialStatus, withManifest } from './update-status.ts';

/** What the source says of a key. Only `deleted` may lead to a deletion. */
export type Wanted =
  | { readonly kind: 'wanted'; readonly loaded: LoadedManifest }
  | { readonly kind: 'deleted'; readonly last: LoadedManifest }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Where statuses are kept. A cache: losing it loses no service. */
export interface StatusBook {
  get(key: Key): ServiceStatus | undefined;
  put(status: ServiceStatus): void;
  remove(key: Key): void;
  /** How many services are managed now. */
  readonly size: number;
}

export interface ReconcilerParts {
  readonly chain: readonly Link[];
  readonly wanted: (key: Key) => Wanted;
  readonly book: StatusBook;
  readonly guard: DeletionGuard;
  /** How many manifests went away within the last hour and have not come back. */
  readonly vanished: () => number;
  readonly clock: Clock;
  readonly judge: JudgeError;
  /** How often a settled service is looked at again. */
  readonly resyncMs: number;
  /** Whether the removal of a manifest may remove a live service at all. */
  readonly prune: boolean;
  /** Where the relative paths of a manifest begin; absent: no files stand behind the manifests. */
  readonly directoryOf?: (loaded: LoadedManifest) => string;
  /** Runs before a pass that converges; what it throws ends the pass as an error of AWS would. */
  readonly prepare?: (loaded: LoadedManifest, signal: AbortSignal) => Promise<void>;
  readonly onAction?: (key: Key, phase: 'started' | 'done', action: Action) => void;
  readonly onProgress?: (key: Key, action: Action, progress: ActionProgress) => void;
}

/** How long to leave a key alone when only a person can help, but a changed policy or quota would not tell us. */
const PERSON_AGAIN_MS = 300_000;
const WAIT_AGAIN_MS = 5_000;
const AT_ONCE_MS = 100;

/** One pass over one key: what the source wants, what AWS has, what was done about it, as a status and an outcome. */
export class ServiceReconciler implements Reconciler<Key> {
  readonly #parts: ReconcilerParts;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  async reconcile(key: Key, signal: AbortSignal): Promise<Outcome> {
    const wanted = this.#parts.wanted(key);
    switch (wanted.kind) {
      case 'unknown':
        return this.#lost(key, wanted.reason);
      case 'wanted':
        return this.#converge(key, wanted.loaded, signal);
      case 'deleted':
        return this.#remove(key, wanted.last, signal);
    }
  }

  /** What the source no longer vouches for is left as it is, and no longer called as wanted. */
  #lost(key: Key, message: string): Outcome {
    const { book, resyncMs } = this.#parts;
    const status = book.get(key);
    const reason = 'SourceUnknown';
    if (status !== undefined) book.put(afterTrouble(status, { kind: 'wait', reason, message }, this.#now()));
    return { kind: 'blocked', reason, message, againMs: resyncMs };
  }

  async #converge(key: Key, loaded: LoadedManifest, signal: AbortSignal): Promise<Outcome> {
    const { book, guard } = this.#parts;
    guard.forget(key);
    const before = book.get(key) ?? initialStatus(loaded, this.#now());
    const moved = movedMessage(before, loaded);
    if (moved !== undefined) return this.#block(before, 'ReplacementRequired', moved);
    const status = withManifest(before, loaded);
    const { directoryOf } = this.#parts;
    const request: PassRequest = {
      key,
      manifest: loaded.manifest,
      ...(directoryOf === undefined ? {} : { directory: directoryOf(loaded) }),
      purpose: 'converge',
      execute: true,
    };
    const result = await this.#run(status, request, signal, () => this.#parts.prepare?.(loaded, signal));
    if ('kind' in result) return result;
    book.put(afterPass(status, result, this.#now()));
    return this.#outcomeOf(result);
  }

  async #remove(key: Key, last: LoadedManifest, signal: AbortSignal): Promise<Outcome> {
    const { book, guard, prune, wanted } = this.#parts;
    const status = book.get(key);
    if (last.manifest.spec.deletionPolicy === 'retain' || status === undefined) return this.#letGo(key);
    if (!prune)
      return this.#block(
        status,
        'PruningOff',
        'the manifest is gone and asks for deletion, but pruning is not switched on',
      );
    if (!guard.admits(key, { managed: book.size, vanished: this.#parts.vanished() })) {
      return this.#block(
        status,
        'TooManyDeletions',
        'too many manifests disappeared within an hour: bring them back, or delete each service by name',
      );
    }
    const { serviceArn: arn, serviceCreatedAt: createdAt } = status;
    const incarnation = arn === undefined || createdAt === undefined ? {} : { incarnation: { arn, createdAt } };
    const request: PassRequest = {
      key,
      manifest: last.manifest,
      purpose: 'remove',
      execute: true,
      ...incarnation,
      // The manifest may come back while its service is being taken away: then the next step is not made.
      stillMeant: () => wanted(key).kind === 'deleted',
    };
    const result = await this.#run(status, request, signal);
    if ('kind' in result) return result;
    if (result.readiness.kind === 'ready' && result.refusal === undefined) return this.#letGo(key);
    book.put(afterPass(status, result, this.#now()));
    return this.#outcomeOf(result);
  }

  /** The pass, or the outcome of its failure. A pass that was cut short says nothing. */
  async #run(
    status: ServiceStatus,
    request: PassRequest,
    signal: AbortSignal,
    prepare?: () => Promise<void> | undefined,
  ): Promise<PassResult | Outcome> {
    const { chain, book, judge, onAction, onProgress } = this.#parts;
    const { key } = request;
    const heard: Pick<PassRequest, 'onAction' | 'onProgress'> = {
      onAction: (phase, action) => onAction?.(key, phase, action),
      onProgress: (action, progress) => onProgress?.(key, action, progress),
    };
    try {
      await prepare?.();
      return await runPass(chain, { ...request, ...heard }, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof Overtaken)
        return { kind: 'waiting', on: 'the manifest to be read again', againMs: AT_ONCE_MS };
      const trouble = judge(toError(thrown));
      book.put(afterTrouble(status, trouble, this.#now()));
      if (trouble.kind === 'retry') throw thrown;
      return outcomeOfTrouble(trouble);
    }
  }

  #outcomeOf({ refusal, readiness }: PassResult): Outcome {
    const againMs = this.#parts.resyncMs;
    if (refusal?.kind === 'mode') return { kind: 'settled', againMs };
    if (readiness.kind === 'waiting') return readiness;
    if (refusal !== undefined) return { kind: 'blocked', reason: refusal.reason, message: refusal.message, againMs };
    if (readiness.kind === 'broken')
      return { kind: 'blocked', reason: readiness.reason, message: readiness.message, againMs };
    return { kind: 'settled', againMs };
  }

  #block(status: ServiceStatus, reason: string, message: string): Outcome {
    this.#parts.book.put(afterBlock(status, { reason, message }, this.#now()));
    return { kind: 'blocked', reason, message, againMs: this.#parts.resyncMs };
  }

  #letGo(key: Key): Outcome {
    this.#parts.book.remove(key);
    this.#parts.guard.forget(key);
    return { kind: 'gone' };
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }
}

function outcomeOfTrouble({ kind, reason, message }: Trouble): Outcome {
  if (kind === 'wait') return { kind: 'waiting', on: message, againMs: WAIT_AGAIN_MS };
  return { kind: 'blocked', reason, message, againMs: PERSON_AGAIN_MS };
}

/** A manifest that moves to another cluster, region or name asks for a second service and leaves the first behind. */
function movedMessage(status: ServiceStatus, { manifest }: LoadedManifest): string | undefined {
  const { cluster, serviceName, region } = manifest.spec;
  if (status.serviceArn === undefined) return undefined;
  if (sameCluster(status.cluster, cluster) && status.service === serviceName && status.region === region)
    return undefined;
  return `the manifest moved from ${status.cluster}/${status.service} in ${status.region} to ${cluster}/${serviceName} in ${region}: delete the old service deliberately, then restart, or give the new one a name of its own`;
}

/** A cluster may be given by name or by ARN. */
function sameCluster(a: string, b: string): boolean {
  return a.slice(a.lastIndexOf('/') + 1) === b.slice(b.lastIndexOf('/') + 1);
}

import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import type { Action, Plan } from '../reconcile/plan.ts';
import type { ActionProgress } from '../reconcile/progress.ts';
import type { RolloutStatus, ServiceStatus } from '../reconcile/status.ts';

/** What was read from `-f`: everything valid, and everything that is wrong with the rest. */
export interface Manifests {
  readonly manifests: readonly LoadedManifest[];
  /** Errors and warnings of all files, by file and position. */
  readonly errors: readonly ManifestError[];
  readonly files: number;
  readonly documents: number;
}

/** Whose credentials act, where. Shown before anything is written. */
export interface Identity {
  readonly account: string;
  readonly region: string;
  /** ARN of the caller. */
  readonly principal: string;
}

/** A key whose plan could not be made: what is live is not known. */
export interface PlanFailure {
  readonly key: Key;
  readonly message: string;
}

export interface PlanReport {
  readonly identities: readonly Identity[];
  readonly plans: readonly Plan[];
  readonly failures: readonly PlanFailure[];
  readonly seconds: number;
}

/** How one service came out of an `apply`. */
export interface ApplyResult {
  readonly key: Key;
  /**
   * `refused`: the plan carries a refusal. `rolled-back`: ECS went back to the old revision. `failed`: the rollout failed
   * and nothing was rolled back. `timed-out`: outcome unknown. `left`: not waited for. `error`: AWS or we failed.
   */
  readonly outcome:
    | 'unchanged'
    | 'created'
    | 'updated'
    | 'deleted'
    | 'left'
    | 'refused'
    | 'rolled-back'
    | 'failed'
    | 'timed-out'
    | 'error';
  readonly message: string;
  readonly seconds: number;
  readonly revision?: string;
}

export interface ApplyReport {
  readonly results: readonly ApplyResult[];
  readonly seconds: number;
}

/** What happens during an `apply`, in order, for the live block and its append-only twin. */
export type ApplyEvent =
  | { readonly kind: 'action-started'; readonly key: Key; readonly action: Action }
  | { readonly kind: 'progress'; readonly key: Key; readonly action: Action; readonly progress: ActionProgress }
  | { readonly kind: 'action-done'; readonly key: Key; readonly action: Action; readonly seconds: number }
  | { readonly kind: 'rollout'; readonly key: Key; readonly rollout: RolloutStatus }
  | { readonly kind: 'waiting'; readonly key: Key; readonly on: string }
  | { readonly kind: 'event'; readonly key: Key; readonly message: string }
  | { readonly kind: 'ended'; readonly key: Key; readonly result: ApplyResult };

export interface ApplyOptions {
  /** False: return once everything is sent. */
  readonly wait: boolean;
  readonly onEvent: (event: ApplyEvent) => void;
}

/** One live service, named by a person. */
export interface ServiceTarget {
  readonly cluster: string;
  readonly service: string;
  readonly region: string;
  readonly assumeRoleArn?: string;
}

/** The wired program behind the one-shot commands: real AWS or the sandbox, by configuration. */
export interface Program extends AsyncDisposable {
  readonly region: string;
  /** Reads files, directories or `-` (then `stdin` is its text). Never throws for what is wrong in a manifest. */
  read(paths: readonly string[], stdin: string | undefined): Promise<Manifests>;
  plan(manifests: readonly LoadedManifest[], signal: AbortSignal): Promise<PlanReport>;
  /** Carries out plans that this program made. One key's failure does not stop the others. */
  apply(report: PlanReport, options: ApplyOptions, signal: AbortSignal): Promise<ApplyReport>;
  /** Looks once, writes nothing. */
  status(manifests: readonly LoadedManifest[], signal: AbortSignal): Promise<readonly ServiceStatus[]>;
  /** The plan for deleting one service deliberately; `apply` carries it out. */
  planDelete(target: ServiceTarget, signal: AbortSignal): Promise<PlanReport>;
  /** Marks the live service so that no controller writes to it until `resume`. */
  suspend(target: ServiceTarget, reason: string, signal: AbortSignal): Promise<void>;
  resume(target: ServiceTarget, signal: AbortSignal): Promise<void>;
  /** Forgets that the wanted revision has failed before, so that it is tried again. */
  forgetFailure(manifest: LoadedManifest, signal: AbortSignal): Promise<boolean>;
}

/** What a running daemon tells over its HTTP API. */
export interface DaemonClient {
  services(signal: AbortSignal): Promise<readonly ServiceStatus[]>;
  service(key: Key, signal: AbortSignal): Promise<ServiceStatus | undefined>;
  /** Asks for a pass now. Needs the daemon's bearer token. */
  reconcile(key: Key, options: { readonly retry: boolean }, signal: AbortSignal): Promise<void>;
}

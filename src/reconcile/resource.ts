import type { ConditionUpdate } from '../manifest/conditions.ts';
import type { Key } from '../manifest/key.ts';
import type { FargateService } from '../manifest/types.ts';
import type { Difference } from './difference.ts';
import type { Action, Refusal } from './plan.ts';
import type { ActionProgress } from './progress.ts';
import type { Reads } from './reads.ts';
import type { RolloutStatus } from './status.ts';

/** The live service in the few figures that everybody wants to see. */
export interface LiveService {
  readonly arn: string;
  /** ISO 8601. With the ARN it tells this service from a later one of the same name. */
  readonly createdAt: string;
  readonly account: string;
  /** `family:revision` */
  readonly revision: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** 0 when it carries none. */
  readonly generation: number;
  /** ECS's own, newest first. */
  readonly events: readonly { readonly id: string; readonly at: string; readonly message: string }[];
}

/** What earlier links hand to later ones. */
export interface Outputs {
  readonly live: LiveService;
  /** Registry host and name of the repository that built images go to. */
  readonly repositoryUri: string;
  /** Full image reference, pinned to a digest. */
  readonly image: string;
  /** ARN of the revision that carries the wanted document. */
  readonly taskDefinitionArn: string;
  /** Who decides `desiredCount` from here on. */
  readonly desiredCountOwner: 'manifest' | 'autoscaling' | 'someone-else';
  /** The rollout that the live service shows to have failed, unless a person pardoned it. */
  readonly failedRollout: {
    /** Of the revision. */
    readonly arn: string;
    readonly verdict: 'rolled-back' | 'failed';
    readonly message: string;
    /** Names the settings of the service with which it failed; absent: not known. */
    readonly settings?: string;
  };
  /** How the rollout of the wanted revision ended before; it is not tried again. */
  readonly refusedRollout: { readonly verdict: 'rolled-back' | 'failed' };
  /** How a rollout of the wanted settings, with the revision that serves, ended before. */
  readonly failedSettings: { readonly verdict: 'rolled-back' | 'failed'; readonly message?: string };
  /** They are wanted and not there, and are not tried again. */
  readonly refusedSettings: true;
  /** The id of a failed deployment that a person wants tried again. */
  readonly pardoned: string;
}

/** Everything one pass over one key may use. Made per pass; never stored. */
export interface Pass {
  readonly key: Key;
  readonly manifest: FargateService;
  /** Where the manifest's relative paths begin; absent where no file stands behind it. */
  readonly directory?: string;
  /** `remove`: the manifest is gone and what it made is taken away. */
  readonly purpose: 'converge' | 'remove';
  /** Removal only: which service is meant. One of the same name that was made later is left alone. */
  readonly incarnation?: Pick<LiveService, 'arn' | 'createdAt'>;
  readonly outputs: Readonly<Partial<Outputs>>;
  /** Outputs of actions that are planned but not carried out. */
  readonly pending: readonly (keyof Outputs)[];
  readonly reads: Reads;
  /** Whoever acts may tell how far it has come; absent: nobody listens. */
  readonly tell?: (progress: ActionProgress) => void;
  /** False: what the pass was begun for no longer holds, and nothing more is sent for it. */
  readonly stillMeant?: () => boolean;
  readonly signal: AbortSignal;
}

export type Observation<Live> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly live: Live; readonly owner: 'us' | 'other' };

/** Whether the live thing does its job. `outputs` are handed on in every case in which they are known. */
export type Readiness = {
  readonly outputs?: Readonly<Partial<Outputs>>;
  readonly conditions?: readonly ConditionUpdate[];
  readonly rollout?: RolloutStatus;
} & (
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting'; readonly on: string; readonly againMs: number }
  | {
      readonly kind: 'broken';
      readonly reason: string;
      readonly message: string;
      /** How an `apply` that waits for it ends. */
      readonly ending: 'rolled-back' | 'failed' | 'timed-out' | 'refused';
    }
);

/** One link of the chain. Only `observe` and `act` touch AWS; the rest are pure functions. */
export interface Resource<Desired, Live> {
  readonly kind: string;
  /**
   * Begins the reads that share their calls with those of other services, before any link is looked at: passes that
   * start together then ask together, whatever call of its own each has to wait for later. Should it fail, so does
   * `observe`, which asks for the same.
   */
  ahead?(pass: Pass): Promise<unknown> | undefined;
  /** What the manifest asks of this link. */
  desired(pass: Pass): Desired;
  /** Reads only, and no more than `desired` needs. Throws when it cannot tell: doubt is never reported as `absent`. */
  observe(pass: Pass, desired: Desired): Promise<Observation<Live>>;
  /** Compares normalised forms, and only fields this link owns. Empty: nothing to do. */
  diff(desired: Desired, live: Live, pass: Pass): readonly Difference[];
  /** Undefined `desired` means the manifest was deleted. */
  plan(
    desired: Desired | undefined,
    seen: Observation<Live>,
    differences: readonly Difference[],
    pass: Pass,
  ): readonly Action[];
  /** Why what was planned must not be carried out. */
  refuse?(
    desired: Desired | undefined,
    seen: Observation<Live>,
    pass: Pass,
    differences: readonly Difference[],
  ): Refusal | undefined;
  /**
   * The only member that writes. Safe to repeat: "already so" is success. Puts what AWS answered into `pass.reads`, or
   * makes the pass forget what it had read.
   */
  act(action: Action, pass: Pass): Promise<void>;
  /** Does the live thing do its job: rollout finished, image present, policy attached? Undefined `desired`: is it gone? */
  verify(desired: Desired | undefined, seen: Observation<Live>, pass: Pass): Readiness;
  /** True: also where what was made is taken away, and the chain walked backwards, it comes before the others. */
  readonly leads?: boolean;
  /** Outputs that its planned actions will make known. */
  readonly promises?: readonly (keyof Outputs)[];
}

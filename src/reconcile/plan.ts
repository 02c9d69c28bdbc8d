import type { Sealed } from '../lib/sealed.ts';
import type { Key } from '../manifest/key.ts';
import type { Difference } from './difference.ts';

export type Verb =
  | 'create'
  | 'update'
  | 'delete'
  | 'register'
  | 'deregister'
  | 'tag'
  | 'untag'
  | 'adopt'
  | 'mark'
  | 'build';

/** One write. What a person may see is in the open; what is sent to AWS is sealed, since it can hold secrets. */
export interface Action {
  /** The link that planned it and will carry it out. */
  readonly resource: string;
  readonly verb: Verb;
  /** What it is done to, as people call it: `agents/support-agent`, `/ecs/support-agent`, `support-agent` (family). */
  readonly target: string;
  /** One clause, lower case, no full stop: `it does not exist`, `2 fields differ`. */
  readonly because: string;
  readonly differences: readonly Difference[];
  /** True when carrying it out makes ECS replace the tasks. */
  readonly startsRollout: boolean;
  /** Names outputs of earlier actions that its input still lacks: it is planned again when they are known. */
  readonly deferred: readonly string[];
  readonly input: Sealed<unknown>;
}

/** Why a plan will not be carried out, or not further than this. */
export interface Refusal {
  /** One CamelCase word. */
  readonly reason: string;
  /** What stands in the way and what a person can do about it. */
  readonly message: string;
  /** `wait`: it passes by itself. `person`: somebody must act. `mode`: as the manifest asks (observe, suspended). */
  readonly kind: 'wait' | 'person' | 'mode';
  /** Set when what stands in the way is a rollout that failed: how it ended. */
  readonly ending?: 'rolled-back' | 'failed';
  /** True when the rest of the chain is not even looked at: whose the service is, or where it is, is in doubt. */
  readonly stopsLooking?: boolean;
}

/** What a pass would do, as a value: `plan` prints it, `apply` and `run` carry it out. */
export interface Plan {
  readonly key: Key;
  readonly cluster: string;
  readonly service: string;
  readonly region: string;
  /** The generation that live carries; 0 when there is nothing live. */
  readonly generation: number;
  readonly actions: readonly Action[];
  /** Everything that differs, also what is left alone (`delegated`, `foreign`). */
  readonly differences: readonly Difference[];
  readonly refusal?: Refusal;
  /** True when live already carries the hash of this very manifest: what differs was changed behind our back. */
  readonly drift?: boolean;
}

/** True when carrying the plan out would change what the manifest is about; remembering a failure does not count. */
export function hasChanges(plan: Plan): boolean {
  return plan.actions.some((action) => action.verb !== 'mark');
}

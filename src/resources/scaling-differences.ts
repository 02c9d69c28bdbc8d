import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import type { JsonValue } from '../lib/json.ts';
import type { Autoscaling, StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { normalisePolicy, normaliseSchedule } from './scaling.normalise.ts';
import { OWN_PREFIX, type ScalingState } from './scaling-state.ts';

export interface DesiredScaling {
  readonly autoscaling: Autoscaling;
  readonly tags: StringMap;
}

/** What AWS has, beside what it is to have now that the request label is known or not. */
export interface LiveScaling {
  readonly state: ScalingState | undefined;
  readonly policies: readonly ScalingPolicyInput[];
  readonly schedules: readonly ScheduledActionInput[];
  /** The service is being deleted: nothing is to be hung on it. */
  readonly draining: boolean;
}

/** Every way in which live scaling is not as it is wanted. */
export function differencesOf(desired: DesiredScaling, live: LiveScaling): readonly Difference[] {
  const { state } = live;
  if (state === undefined) return compare('autoscaling', bandText(desired.autoscaling), undefined);
  return [...bandDifferences(desired, state), ...policyDifferences(live, state), ...scheduleDifferences(live, state)];
}

/** `1..10` */
export function bandText({ minCapacity, maxCapacity }: Autoscaling): string {
  return `${minCapacity}..${maxCapacity}`;
}

/** Scheduled actions move the band: where there are any, live values are theirs and not drift. */
function bandDifferences(desired: DesiredScaling, { target }: ScalingState): readonly Difference[] {
  const verdict = desired.autoscaling.schedules.length > 0 ? 'delegated' : 'declared';
  const { minCapacity, maxCapacity } = desired.autoscaling;
  return [
    ...compare('autoscaling.minCapacity', minCapacity, target.MinCapacity, { verdict }),
    ...compare('autoscaling.maxCapacity', maxCapacity, target.MaxCapacity, { verdict }),
  ];
}

function policyDifferences(live: LiveScaling, state: ScalingState): readonly Difference[] {
  const wanted = new Map(live.policies.map((policy) => [policy.PolicyName, normalisePolicy(policy)]));
  const found = new Map(state.policies.map((policy) => [policy.PolicyName ?? '', normalisePolicy(policy)]));
  return namedDifferences('autoscaling.policies', wanted, found);
}

function scheduleDifferences(live: LiveScaling, state: ScalingState): readonly Difference[] {
  const wanted = new Map(live.schedules.map((action) => [action.ScheduledActionName, normaliseSchedule(action)]));
  const found = new Map(state.scheduledActions.map((a) => [a.ScheduledActionName ?? '', normaliseSchedule(a)]));
  return namedDifferences('autoscaling.schedules', wanted, found);
}

/** What carries our prefix is ours to change and remove; the rest is reported and left alone. */
function namedDifferences(
  path: string,
  wanted: ReadonlyMap<string, JsonValue | undefined>,
  found: ReadonlyMap<string, JsonValue | undefined>,
): readonly Difference[] {
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => {
    const verdict = name.startsWith(OWN_PREFIX) ? 'declared' : 'foreign';
    return compare(`${path}[${name}]`, wanted.get(name), found.get(name), { verdict });
  });
}

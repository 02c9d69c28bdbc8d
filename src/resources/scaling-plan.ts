import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import { Sealed } from '../lib/sealed.ts';
import type { StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import type { Action } from '../reconcile/plan.ts';
import type { Observation, Pass } from '../reconcile/resource.ts';
import { serviceLabel } from './context.ts';
import { normalisePolicy, normaliseSchedule } from './scaling.normalise.ts';
import type { DesiredScaling, LiveScaling } from './scaling-differences.ts';
import { policiesFor, scheduledActionsFor } from './scaling-document.ts';
import { OWN_PREFIX } from './scaling-state.ts';

/** One write to Application Auto Scaling. */
export type ScalingInput =
  | { readonly kind: 'remove' }
  | { readonly kind: 'band'; readonly min: number; readonly max: number; readonly tags?: StringMap }
  | { readonly kind: 'put-policy'; readonly policy: ScalingPolicyInput }
  | { readonly kind: 'delete-policy'; readonly name: string }
  | { readonly kind: 'put-schedule'; readonly schedule: ScheduledActionInput }
  | { readonly kind: 'delete-schedule'; readonly name: string };

/** Band first, then policies, then scheduled actions: each needs the one before. */
export function planScaling(
  desired: DesiredScaling,
  seen: Observation<LiveScaling>,
  differences: readonly Difference[],
  pass: Pass,
): readonly Action[] {
  const { autoscaling } = desired;
  const live: LiveScaling =
    seen.kind === 'present'
      ? seen.live
      : {
          state: undefined,
          policies: policiesFor(autoscaling, undefined),
          schedules: scheduledActionsFor(autoscaling),
        };
  const make = (verb: Action['verb'], name: string, because: string, input: ScalingInput, path: string): Action => ({
    resource: 'autoscaling',
    verb,
    target: `${serviceLabel(pass.manifest)}${name}`,
    because,
    differences: differences.filter(
      (difference) => difference.verdict === 'declared' && difference.path.startsWith(path),
    ),
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  });
  return [...planBand(desired, live, differences, make), ...planPolicies(live, make), ...planSchedules(live, make)];
}

/** The target goes, and with it everything that hangs on it. */
export function planRemoval(seen: Observation<LiveScaling>, pass: Pass): readonly Action[] {
  if (seen.kind === 'absent') return [];
  const input: ScalingInput = { kind: 'remove' };
  return [
    {
      resource: 'autoscaling',
      verb: 'delete',
      target: serviceLabel(pass.manifest),
      because: 'its manifest is gone',
      differences: [],
      startsRollout: false,
      deferred: [],
      input: new Sealed<unknown>(input),
    },
  ];
}

type Make = (verb: Action['verb'], name: string, because: string, input: ScalingInput, path: string) => Action;

function planBand(
  desired: DesiredScaling,
  live: LiveScaling,
  differences: readonly Difference[],
  make: Make,
): readonly Action[] {
  const { minCapacity: min, maxCapacity: max } = desired.autoscaling;
  if (live.state === undefined) {
    const input: ScalingInput = { kind: 'band', min, max, tags: desired.tags };
    return [make('create', '', 'it does not exist', input, 'autoscaling')];
  }
  const differs = differences.some(
    ({ path, verdict }) =>
      verdict === 'declared' && (path === 'autoscaling.minCapacity' || path === 'autoscaling.maxCapacity'),
  );
  return differs ? [make('update', '', 'its band differs', { kind: 'band', min, max }, 'autoscaling.m')] : [];
}

function planPolicies(live: LiveScaling, make: Make): readonly Action[] {
  const found = live.state?.policies ?? [];
  const puts = live.policies.flatMap((policy) => {
    const path = `autoscaling.policies[${policy.PolicyName}]`;
    const before = found.find((candidate) => candidate.PolicyName === policy.PolicyName);
    const same = before !== undefined && compare(path, normalisePolicy(policy), normalisePolicy(before)).length === 0;
    if (same) return [];
    const because = before === undefined ? 'it does not exist' : 'it differs';
    const verb = before === undefined ? 'create' : 'update';
    return [make(verb, ` ${policy.PolicyName}`, because, { kind: 'put-policy', policy }, path)];
  });
  const wanted = new Set<string | undefined>(live.policies.map((policy) => policy.PolicyName));
  const deletes = obsolete(
    found.map((policy) => policy.PolicyName),
    wanted,
  ).map((name) =>
    make(
      'delete',
      ` ${name}`,
      'the manifest no longer declares it',
      { kind: 'delete-policy', name },
      `autoscaling.policies[${name}]`,
    ),
  );
  return [...puts, ...deletes];
}

function planSchedules(live: LiveScaling, make: Make): readonly Action[] {
  const found = live.state?.scheduledActions ?? [];
  const puts = live.schedules.flatMap((schedule) => {
    const name = schedule.ScheduledActionName;
    const path = `autoscaling.schedules[${name}]`;
    const before = found.find((candidate) => candidate.ScheduledActionName === name);
    const same =
      before !== undefined && compare(path, normaliseSchedule(schedule), normaliseSchedule(before)).length === 0;
    if (same) return [];
    const because = before === undefined ? 'it does not exist' : 'it differs';
    const verb = before === undefined ? 'create' : 'update';
    return [make(verb, ` ${name}`, because, { kind: 'put-schedule', schedule }, path)];
  });
  const wanted = new Set<string | undefined>(live.schedules.map((schedule) => schedule.ScheduledActionName));
  const deletes = obsolete(
    found.map((action) => action.ScheduledActionName),
    wanted,
  ).map((name) =>
    make(
      'delete',
      ` ${name}`,
      'the manifest no longer declares it',
      { kind: 'delete-schedule', name },
      `autoscaling.schedules[${name}]`,
    ),
  );
  return [...puts, ...deletes];
}

function obsolete(found: readonly (string | undefined)[], wanted: ReadonlySet<string | undefined>): readonly string[] {
  return found.filter((name): name is string => name?.startsWith(OWN_PREFIX) === true && !wanted.has(name));
}

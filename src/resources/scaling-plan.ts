import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import type { JsonValue } from '../lib/json.ts';
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
          draining: false,
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
  return planNamed(make, {
    path: 'autoscaling.policies',
    wanted: new Map(live.policies.map((policy) => [policy.PolicyName, policy])),
    found: new Map((live.state?.policies ?? []).map((policy) => [policy.PolicyName ?? '', policy])),
    normalise: normalisePolicy,
    put: (policy) => ({ kind: 'put-policy', policy }),
    remove: (name) => ({ kind: 'delete-policy', name }),
  });
}

function planSchedules(live: LiveScaling, make: Make): readonly Action[] {
  return planNamed(make, {
    path: 'autoscaling.schedules',
    wanted: new Map(live.schedules.map((schedule) => [schedule.ScheduledActionName, schedule])),
    found: new Map((live.state?.scheduledActions ?? []).map((action) => [action.ScheduledActionName ?? '', action])),
    normalise: normaliseSchedule,
    put: (schedule) => ({ kind: 'put-schedule', schedule }),
    remove: (name) => ({ kind: 'delete-schedule', name }),
  });
}

/** Things that AWS keeps by name on a scalable target, wanted and found, with how to write them. */
interface NamedThings<Wanted extends Found, Found> {
  readonly path: string;
  readonly wanted: ReadonlyMap<string, Wanted>;
  readonly found: ReadonlyMap<string, Found>;
  readonly normalise: (thing: Found) => JsonValue | undefined;
  readonly put: (thing: Wanted) => ScalingInput;
  readonly remove: (name: string) => ScalingInput;
}

/** Puts what is missing or differs, then deletes what is ours and no longer declared. */
function planNamed<Wanted extends Found, Found>(make: Make, things: NamedThings<Wanted, Found>): readonly Action[] {
  const { wanted, found, normalise } = things;
  const pathOf = (name: string): string => `${things.path}[${name}]`;
  const puts = [...wanted].flatMap(([name, thing]) => {
    const before = found.get(name);
    const same = before !== undefined && compare('', normalise(thing), normalise(before)).length === 0;
    if (same) return [];
    const [verb, because] =
      before === undefined ? (['create', 'it does not exist'] as const) : (['update', 'it differs'] as const);
    return [make(verb, ` ${name}`, because, things.put(thing), pathOf(name))];
  });
  const obsolete = [...found.keys()].filter((name) => name.startsWith(OWN_PREFIX) && !wanted.has(name));
  const deletes = obsolete.map((name) =>
    make('delete', ` ${name}`, 'the manifest no longer declares it', things.remove(name), pathOf(name)),
  );
  return [...puts, ...deletes];
}

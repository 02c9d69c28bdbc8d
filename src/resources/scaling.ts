import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import type { ScalingPolicy, ScheduledAction } from '../aws/operations.ts';
import type { JsonValue } from '../lib/json.ts';
import { Sealed } from '../lib/sealed.ts';
import type { Autoscaling, StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { ownerTags, userTags } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, serviceLabel } from './context.ts';
import { normalisePolicy, normaliseSchedule } from './scaling.normalise.ts';
import { policiesFor, resourceLabel, scheduledActionsFor } from './scaling-document.ts';
import { OWN_PREFIX, readScaling, resourceIdOf, SCALING, type ScalingState } from './scaling-state.ts';

interface DesiredScaling {
  readonly autoscaling: Autoscaling;
  readonly tags: StringMap;
}

interface LiveScaling {
  readonly state: ScalingState | undefined;
  readonly policies: readonly ScalingPolicyInput[];
  readonly schedules: readonly ScheduledActionInput[];
}

type ScalingInput =
  | { readonly kind: 'remove' }
  | { readonly kind: 'band'; readonly min: number; readonly max: number; readonly tags?: StringMap }
  | { readonly kind: 'put-policy'; readonly policy: ScalingPolicyInput }
  | { readonly kind: 'delete-policy'; readonly name: string }
  | { readonly kind: 'put-schedule'; readonly schedule: ScheduledActionInput }
  | { readonly kind: 'delete-schedule'; readonly name: string };

const REQUEST_LABEL = readKey<string | undefined>('request-label');

/** Application Auto Scaling of the service's count: the band, the policies that follow metrics, the scheduled actions. */
export function scaling(context: LinkContext): Resource<DesiredScaling | undefined, LiveScaling> {
  return {
    kind: 'autoscaling',
    desired(pass) {
      const { autoscaling } = pass.manifest.spec;
      if (autoscaling === undefined) return undefined;
      return { autoscaling, tags: { ...userTags(pass.manifest), ...ownerTags(ownerOf(context, pass)) } };
    },
    observe: (pass, desired) => observe(context, pass, desired),
    diff: (desired, live) => (desired === undefined ? [] : differencesOf(desired, live)),
    plan(desired, seen, differences, pass) {
      if (pass.purpose === 'remove') return planRemoval(seen, pass);
      if (desired === undefined) return [];
      return planScaling(desired, seen, differences, pass);
    },
    refuse(desired, seen, pass) {
      if (pass.purpose === 'remove') return undefined;
      const asksForRequests = desired?.autoscaling.targets.some(({ metric }) => metric.kind === 'requestsPerTarget');
      if (!asksForRequests || seen.kind === 'absent') return undefined;
      const known = seen.live.policies.some((policy) => policy.PolicyName === `${OWN_PREFIX}requests-per-target`);
      if (known) return undefined;
      const message = 'the target group is attached to no load balancer yet, so requests per target cannot be followed';
      return { kind: 'wait', reason: 'TargetGroupNotAttached', message };
    },
    act: (action, pass) => act(context, action.input.reveal() as ScalingInput, pass),
    verify,
  };
}

async function observe(
  context: LinkContext,
  pass: Pass,
  desired: DesiredScaling | undefined,
): Promise<Observation<LiveScaling>> {
  if ((await readService(context, pass)) === undefined) return { kind: 'absent' };
  if (pass.purpose === 'remove') return observeForRemoval(context, pass);
  if (desired === undefined) return { kind: 'absent' };
  const state = await readScaling(context, pass);
  const label = await requestLabel(context, pass, desired.autoscaling, state);
  const live: LiveScaling = {
    state,
    policies: policiesFor(desired.autoscaling, label),
    schedules: scheduledActionsFor(desired.autoscaling),
  };
  return { kind: 'present', live, owner: 'us' };
}

/** Whoever made the target: while it stands, Application Auto Scaling could scale up a service that is to end. */
async function observeForRemoval(context: LinkContext, pass: Pass): Promise<Observation<LiveScaling>> {
  const state = await readScaling(context, pass);
  if (state === undefined) return { kind: 'absent' };
  return { kind: 'present', live: { state, policies: [], schedules: [] }, owner: 'us' };
}

/** The label that a live policy already carries for this target group, or else one made from the load balancer's ARN. */
async function requestLabel(
  context: LinkContext,
  pass: Pass,
  autoscaling: Autoscaling,
  state: ScalingState | undefined,
): Promise<string | undefined> {
  if (autoscaling.targets.every(({ metric }) => metric.kind !== 'requestsPerTarget')) return undefined;
  const attachment = pass.manifest.spec.loadBalancers.find((candidate) => 'targetGroupArn' in candidate);
  if (attachment === undefined) return undefined;
  const arn = attachment.targetGroupArn;
  const suffix = arn.slice(arn.indexOf('targetgroup/'));
  const labels = (state?.policies ?? []).map(
    (policy) => policy.TargetTrackingScalingPolicyConfiguration?.PredefinedMetricSpecification?.ResourceLabel,
  );
  const known = labels.find((label) => label?.endsWith(suffix));
  if (known !== undefined) return known;
  const { loadBalancing } = gatewayFor(context, pass.manifest);
  return pass.reads.once(REQUEST_LABEL, async () => {
    const group = await loadBalancing.describeTargetGroup(arn, { signal: pass.signal });
    const loadBalancerArn = group?.LoadBalancerArns?.[0];
    return loadBalancerArn === undefined ? undefined : resourceLabel(loadBalancerArn, arn);
  });
}

function differencesOf(desired: DesiredScaling, live: LiveScaling): readonly Difference[] {
  const { state } = live;
  if (state === undefined) return compare('autoscaling', bandText(desired.autoscaling), undefined);
  return [...bandDifferences(desired, state), ...policyDifferences(live, state), ...scheduleDifferences(live, state)];
}

function bandText({ minCapacity, maxCapacity }: Autoscaling): string {
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

function planScaling(
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

function planRemoval(seen: Observation<LiveScaling>, pass: Pass): readonly Action[] {
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

async function act(context: LinkContext, input: ScalingInput, pass: Pass): Promise<void> {
  const api = gatewayFor(context, pass.manifest).scaling;
  const resourceId = resourceIdOf(pass.manifest);
  const options = { signal: pass.signal };
  const state = (await readScaling(context, pass)) ?? { target: {}, policies: [], scheduledActions: [] };
  switch (input.kind) {
    case 'remove':
      await api.deregisterTarget(resourceId, options);
      pass.reads.put(SCALING, undefined);
      return;
    case 'band': {
      await api.registerTarget(resourceId, input, options);
      const target = { ...state.target, ResourceId: resourceId, MinCapacity: input.min, MaxCapacity: input.max };
      pass.reads.put(SCALING, { ...state, target });
      return;
    }
    case 'put-policy':
      await api.putPolicy(resourceId, input.policy, options);
      pass.reads.put(SCALING, { ...state, policies: withPolicy(state.policies, input.policy) });
      return;
    case 'delete-policy':
      await api.deletePolicy(resourceId, input.name, options);
      pass.reads.put(SCALING, {
        ...state,
        policies: state.policies.filter((policy) => policy.PolicyName !== input.name),
      });
      return;
    case 'put-schedule':
      await api.putScheduledAction(resourceId, input.schedule, options);
      pass.reads.put(SCALING, { ...state, scheduledActions: withSchedule(state.scheduledActions, input.schedule) });
      return;
    case 'delete-schedule': {
      await api.deleteScheduledAction(resourceId, input.name, options);
      const scheduledActions = state.scheduledActions.filter((action) => action.ScheduledActionName !== input.name);
      pass.reads.put(SCALING, { ...state, scheduledActions });
    }
  }
}

function withPolicy(policies: readonly ScalingPolicy[], put: ScalingPolicyInput): readonly ScalingPolicy[] {
  return [...policies.filter((policy) => policy.PolicyName !== put.PolicyName), put];
}

function withSchedule(actions: readonly ScheduledAction[], put: ScheduledActionInput): readonly ScheduledAction[] {
  return [...actions.filter((action) => action.ScheduledActionName !== put.ScheduledActionName), put];
}

function verify(desired: DesiredScaling | undefined, seen: Observation<LiveScaling>): Readiness {
  if (desired === undefined) {
    const message = 'the manifest declares none';
    return {
      kind: 'ready',
      conditions: [{ type: 'AutoscalingReady', status: 'True', reason: 'NotDeclared', message }],
    };
  }
  const exists = seen.kind === 'present' && seen.live.state !== undefined;
  const condition = exists
    ? {
        status: 'True' as const,
        reason: 'Registered',
        message: `the count is kept within ${bandText(desired.autoscaling)}`,
      }
    : { status: 'False' as const, reason: 'NotRegistered', message: 'there is no scalable target yet' };
  const conditions = [{ type: 'AutoscalingReady' as const, ...condition }];
  return exists
    ? { kind: 'ready', conditions }
    : { kind: 'waiting', on: 'the scalable target', againMs: 2000, conditions };
}

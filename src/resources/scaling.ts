import type { Autoscaling } from '../manifest/types.ts';
import { ownerTags, userTags } from '../reconcile/ownership.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService } from './context.ts';
import { actOnScaling } from './scaling-act.ts';
import { bandText, type DesiredScaling, differencesOf, type LiveScaling } from './scaling-differences.ts';
import { policiesFor, resourceLabel, scheduledActionsFor } from './scaling-document.ts';
import { planRemoval, planScaling, type ScalingInput } from './scaling-plan.ts';
import { OWN_PREFIX, readScaling, type ScalingState } from './scaling-state.ts';

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
      if (desired === undefined || (seen.kind === 'present' && seen.live.draining)) return [];
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
    act: (action, pass) => actOnScaling(context, action.input.reveal() as ScalingInput, pass),
    verify,
  };
}

async function observe(
  context: LinkContext,
  pass: Pass,
  desired: DesiredScaling | undefined,
): Promise<Observation<LiveScaling>> {
  const service = await readService(context, pass);
  if (service === undefined) return { kind: 'absent' };
  if (pass.purpose === 'remove') return observeForRemoval(context, pass);
  if (desired === undefined) return { kind: 'absent' };
  const state = await readScaling(context, pass);
  const label = await requestLabel(context, pass, desired.autoscaling, state);
  const live: LiveScaling = {
    state,
    policies: policiesFor(desired.autoscaling, label),
    schedules: scheduledActionsFor(desired.autoscaling),
    draining: service.status === 'DRAINING',
  };
  return { kind: 'present', live, owner: 'us' };
}

/** Whoever made the target: while it stands, Application Auto Scaling could scale up a service that is to end. */
async function observeForRemoval(context: LinkContext, pass: Pass): Promise<Observation<LiveScaling>> {
  const state = await readScaling(context, pass);
  if (state === undefined) return { kind: 'absent' };
  return { kind: 'present', live: { state, policies: [], schedules: [], draining: false }, owner: 'us' };
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

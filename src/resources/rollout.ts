import type { EcsDeployment, EcsService } from '../aws/operations.ts';
import type { ConditionUpdate } from '../manifest/conditions.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import type { RolloutStatus } from '../reconcile/status.ts';
import { type LinkContext, readService, revisionName, untilNextLook } from './context.ts';
import { DeploymentWatch } from './deployment-watch.ts';
import { liveService } from './live-service.ts';
import { isRollback, primaryOf } from './rollout-evidence.ts';

/**
 * The last link: it changes nothing and follows the rollout to its true end. Success is what ECS says of the PRIMARY
 * deployment (COMPLETED, with the wanted revision) with no older deployment left and enough tasks running; counts alone
 * never decide: right after an update the PRIMARY wants 0 tasks and has 0, while the old one still shows COMPLETED.
 */
export function rollout(context: LinkContext): Resource<undefined, EcsService> {
  const watch = new DeploymentWatch(context.clock);
  return {
    kind: 'rollout',
    desired: () => undefined,
    async observe(pass): Promise<Observation<EcsService>> {
      const live = pass.purpose === 'remove' ? undefined : await readService(context, pass);
      return live === undefined ? { kind: 'absent' } : { kind: 'present', live, owner: 'us' };
    },
    diff: () => [],
    plan: () => [],
    act: async () => undefined,
    verify(_desired, seen, pass) {
      if (pass.purpose === 'remove') return { kind: 'ready' };
      if (seen.kind === 'absent') return missing(context);
      return { ...judge(context, watch, seen.live, pass), outputs: { live: liveService(seen.live) } };
    },
  };
}

function missing(context: LinkContext): Readiness {
  const conditions: readonly ConditionUpdate[] = [
    { type: 'RolloutSucceeded', status: 'Unknown', reason: 'ServiceMissing', message: 'there is no service yet' },
    { type: 'Healthy', status: 'False', reason: 'ServiceMissing', message: 'there is no service yet' },
  ];
  return { kind: 'waiting', on: 'the service to appear', againMs: untilNextLook(context), conditions };
}

/** What a live service says about the rollout of the revision that the manifest wants. */
function judge(context: LinkContext, watch: DeploymentWatch, service: EcsService, pass: Pass): Readiness {
  const primary = primaryOf(service);
  const wanted = pass.outputs.taskDefinitionArn ?? service.taskDefinition;
  if (primary === undefined) return waiting(context, service, undefined, 'Unknown', 'ECS to name a PRIMARY deployment');
  if (primary.rolloutState === 'FAILED') return failed(service, primary);
  const wentBack = pass.outputs.refusedRollout !== undefined || isRollback(service, primary);
  if (wentBack && primary.taskDefinition !== wanted) return rolledBack(context, service, primary);
  if (pass.outputs.refusedSettings !== undefined) return rolledBack(context, service, primary);
  if (primary.taskDefinition !== wanted) {
    return waiting(context, service, primary, 'InProgress', `the deployment of ${revisionName(wanted ?? '')} to show`);
  }
  const unfinished = whatIsUnfinished(service, primary);
  if (unfinished === undefined) return succeeded(service, primary);
  if (primary.rolloutState === 'COMPLETED' && !hasOlder(service))
    return degraded(context, service, primary, unfinished);
  if (isOverdue(primary, pass, watch)) return timedOut(service, primary, pass, unfinished);
  return waiting(context, service, primary, 'InProgress', unfinished);
}

/** Undefined when everything the rollout has to do is done. */
function whatIsUnfinished(service: EcsService, primary: EcsDeployment): string | undefined {
  const older = (service.deployments ?? []).filter((deployment) => deployment.status === 'ACTIVE');
  const desired = service.desiredCount ?? 0;
  const running = service.runningCount ?? 0;
  if (!isComplete(primary)) {
    return `${primary.runningCount ?? 0} of ${desired} new tasks to run and be healthy`;
  }
  if (older.length > 0) return `${older.length} older deployment${older.length === 1 ? '' : 's'} to drain`;
  return running < desired ? `${desired - running} of ${desired} tasks to run again` : undefined;
}

/** Behind a Classic Load Balancer ECS reports no state (SDK type `Deployment`): then the counts are all there is. */
function isComplete(primary: EcsDeployment): boolean {
  if (primary.rolloutState !== undefined) return primary.rolloutState === 'COMPLETED';
  return (primary.desiredCount ?? 0) > 0 && (primary.runningCount ?? 0) >= (primary.desiredCount ?? 0);
}

function hasOlder(service: EcsService): boolean {
  return (service.deployments ?? []).some((deployment) => deployment.status === 'ACTIVE');
}

function isOverdue(primary: EcsDeployment, pass: Pass, watch: DeploymentWatch): boolean {
  const limitMs = pass.manifest.spec.rollout.timeoutMinutes * 60_000;
  return primary.id !== undefined && watch.ageMs(primary.id) > limitMs;
}

function statusOf(
  service: EcsService,
  primary: EcsDeployment | undefined,
  state: RolloutStatus['state'],
  message: string,
): RolloutStatus {
  return {
    state,
    ...(primary?.id === undefined ? {} : { deploymentId: primary.id }),
    ...(primary?.createdAt === undefined ? {} : { startedAt: primary.createdAt.toISOString() }),
    ...(primary?.taskDefinition === undefined ? {} : { revision: revisionName(primary.taskDefinition) }),
    desired: service.desiredCount ?? 0,
    running: primary?.runningCount ?? 0,
    pending: primary?.pendingCount ?? 0,
    failed: primary?.failedTasks ?? 0,
    message,
  };
}

function healthy(service: EcsService): ConditionUpdate {
  const desired = service.desiredCount ?? 0;
  const running = service.runningCount ?? 0;
  const message = `${running} of ${desired} tasks are running`;
  return running >= desired
    ? { type: 'Healthy', status: 'True', reason: 'TasksRunning', message }
    : { type: 'Healthy', status: 'False', reason: 'TasksMissing', message };
}

function rolloutCondition(status: ConditionUpdate['status'], reason: string, message: string): ConditionUpdate {
  return { type: 'RolloutSucceeded', status, reason, message };
}

function waiting(
  context: LinkContext,
  service: EcsService,
  primary: EcsDeployment | undefined,
  state: RolloutStatus['state'],
  on: string,
): Readiness {
  const message = primary?.rolloutStateReason ?? on;
  return {
    kind: 'waiting',
    on,
    againMs: untilNextLook(context),
    rollout: statusOf(service, primary, state, message),
    conditions: [rolloutCondition('Unknown', 'InProgress', `waiting for ${on}`), healthy(service)],
  };
}

function succeeded(service: EcsService, primary: EcsDeployment): Readiness {
  const message = `${revisionName(primary.taskDefinition ?? '')} is rolled out`;
  return {
    kind: 'ready',
    rollout: statusOf(service, primary, 'Succeeded', message),
    conditions: [rolloutCondition('True', 'Completed', message), healthy(service)],
  };
}

/** The rollout is over and tasks went missing since: ECS replaces them, and that is health, not a rollout. */
function degraded(context: LinkContext, service: EcsService, primary: EcsDeployment, on: string): Readiness {
  const message = `${revisionName(primary.taskDefinition ?? '')} is rolled out`;
  return {
    kind: 'waiting',
    on,
    againMs: untilNextLook(context),
    rollout: statusOf(service, primary, 'Succeeded', message),
    conditions: [rolloutCondition('True', 'Completed', message), healthy(service)],
  };
}

function failed(service: EcsService, primary: EcsDeployment): Readiness {
  const reason = primary.rolloutStateReason ?? 'ECS gave up on the deployment';
  const message = `the rollout of ${revisionName(primary.taskDefinition ?? '')} failed and nothing was rolled back: ${reason}`;
  return {
    kind: 'broken',
    reason: 'RolloutFailed',
    message,
    ending: 'failed',
    rollout: statusOf(service, primary, 'Failed', reason),
    conditions: [rolloutCondition('False', 'RolloutFailed', message), healthy(service)],
  };
}

function rolledBack(context: LinkContext, service: EcsService, primary: EcsDeployment): Readiness {
  const serving = revisionName(primary.taskDefinition ?? '');
  const reason = primary.rolloutStateReason ?? 'the circuit breaker went back';
  const unfinished = whatIsUnfinished(service, primary);
  const conditions = [
    rolloutCondition('False', 'RolledBack', `ECS went back to ${serving}: ${reason}`),
    healthy(service),
  ];
  if (unfinished !== undefined) {
    const rollingBack = statusOf(service, primary, 'RollingBack', reason);
    return {
      kind: 'waiting',
      on: `ECS to go back to ${serving}`,
      againMs: untilNextLook(context),
      rollout: rollingBack,
      conditions,
    };
  }
  const message = `the rollout failed and ECS went back to ${serving}: ${reason}`;
  const over = statusOf(service, primary, 'RolledBack', reason);
  return { kind: 'broken', reason: 'RolledBack', message, ending: 'rolled-back', rollout: over, conditions };
}

function timedOut(service: EcsService, primary: EcsDeployment, pass: Pass, unfinished: string): Readiness {
  const minutes = pass.manifest.spec.rollout.timeoutMinutes;
  const message = `the rollout has not ended within ${minutes} minutes; still waiting for ${unfinished}`;
  return {
    kind: 'broken',
    reason: 'RolloutTimedOut',
    message,
    ending: 'timed-out',
    rollout: statusOf(service, primary, 'TimedOut', message),
    conditions: [rolloutCondition('Unknown', 'TimedOut', message), healthy(service)],
  };
}

import type { EcsDeployment, EcsService } from '../aws/operations.ts';

/** What a live service shows of a rollout that failed. */
export interface RolloutFailure {
  /** Undefined: which revision it was must be found out otherwise. */
  readonly taskDefinition: string | undefined;
  readonly verdict: 'rolled-back' | 'failed';
  /** The id of the ECS deployment that shows it. */
  readonly evidence: string;
  readonly message: string;
}

/** The newest deployment of a service. Never `deployments[0]`: the order is not documented. */
export function primaryOf(service: EcsService): EcsDeployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
}

/**
 * True when ECS itself made this deployment to go back: the circuit breaker (or an alarm) makes a new PRIMARY that
 * carries the old revision and says so in `rolloutStateReason` and in an event
 * (ECS developer guide, "deployment-circuit-breaker"; "service-event-messages-list"). The reason is overwritten once the
 * deployment completes, and which of the two deployments the event names is not documented: an event that is no older
 * than the PRIMARY speaks of it, since anything newer that was rolled back would have a PRIMARY of its own by now.
 */
export function isRollback(service: EcsService, primary: EcsDeployment): boolean {
  if (mentionsRollback(primary.rolloutStateReason)) return true;
  const { id, createdAt } = primary;
  return (service.events ?? []).some(
    (event) =>
      mentionsRollback(event.message) &&
      ((id !== undefined && event.message?.includes(id)) || isNoOlder(event.createdAt, createdAt)),
  );
}

function isNoOlder(time: Date | undefined, than: Date | undefined): boolean {
  return time !== undefined && than !== undefined && time.getTime() >= than.getTime();
}

function mentionsRollback(text: string | undefined): boolean {
  return text?.toLowerCase().includes('rolling back to deployment') ?? false;
}

/** The failed rollout that this service still shows, if any. */
export function rolloutFailureOf(service: EcsService): RolloutFailure | undefined {
  const primary = primaryOf(service);
  if (primary?.id === undefined) return undefined;
  if (primary.rolloutState === 'FAILED') return failureOf(primary, 'failed', primary.id);
  const others = (service.deployments ?? []).filter((deployment) => deployment !== primary);
  const failed = others.find((deployment) => deployment.rolloutState === 'FAILED');
  if (failed !== undefined && failed.taskDefinition !== primary.taskDefinition) {
    return failureOf(failed, 'rolled-back', primary.id);
  }
  if (!isRollback(service, primary)) return undefined;
  const message = primary.rolloutStateReason ?? 'ECS went back to the deployment before';
  return { taskDefinition: undefined, verdict: 'rolled-back', evidence: primary.id, message };
}

function failureOf(deployment: EcsDeployment, verdict: RolloutFailure['verdict'], evidence: string): RolloutFailure {
  return {
    taskDefinition: deployment.taskDefinition,
    verdict,
    evidence,
    message: deployment.rolloutStateReason ?? 'the deployment failed',
  };
}

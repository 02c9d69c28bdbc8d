import type { DeploymentRecord, ServiceRecord } from './records.ts';

interface Threshold {
  readonly type?: string;
  readonly value?: number;
}

/** How many failures in a row end a deployment: clamp(3, ceil(50 % of desired), 200) ("deployment-circuit-breaker"). */
export function failureThreshold(desired: number, { type, value }: Threshold = {}): number {
  if (type === 'COUNT') return value ?? 3;
  const share = Math.ceil((desired * (value ?? 50)) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

/** Only a deployment in progress is watched. */
export function breakerTrips(service: ServiceRecord, deployment: DeploymentRecord): boolean {
  const breaker = service.settings.deploymentConfiguration.deploymentCircuitBreaker;
  if (breaker?.enable !== true || deployment.rolloutState !== 'IN_PROGRESS') return false;
  const threshold = failureThreshold(
    service.settings.desiredCount,
    breaker['thresholdConfiguration'] as Threshold | undefined,
  );
  return deployment.failedTasks >= threshold;
}

/** Where to go back to: the last deployment that completed; nowhere from a rollback, or from a first deployment. */
export function rollbackTarget(service: ServiceRecord, failed: DeploymentRecord): DeploymentRecord | undefined {
  const breaker = service.settings.deploymentConfiguration.deploymentCircuitBreaker;
  if (breaker?.rollback !== true || failed.isRollback) return undefined;
  return service.lastCompleted === failed ? undefined : service.lastCompleted;
}

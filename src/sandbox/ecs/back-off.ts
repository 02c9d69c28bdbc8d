import { atSpeed, type Environment } from '../environment.ts';
import type { Region } from '../region.ts';
import type { DeploymentRecord, ServiceRecord } from './records.ts';
import { sayEvent } from './service-events.ts';

const IMPAIRED =
  'is unable to consistently start tasks successfully. ' +
  'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';

/**
 * After a failure: holds the deployment back once a whole round of tasks has failed again, ever longer; returns for how
 * long (ms), 0 when it need not wait ("Service throttle logic", ECS developer guide). A circuit breaker takes its place.
 */
export function holdBack(region: Region, service: ServiceRecord, deployment: DeploymentRecord): number {
  if (service.settings.deploymentConfiguration.deploymentCircuitBreaker?.enable === true) return 0;
  const round = Math.floor((deployment.failedTasks - 1) / Math.max(1, service.settings.desiredCount));
  if (round <= deployment.pauses) return 0;
  const ms = pauseMs(region.environment, round);
  deployment.pauses = round;
  deployment.retryAt = region.environment.now() + ms;
  if (round >= 2) sayEvent(region, service, IMPAIRED);
  return ms;
}

function pauseMs(environment: Environment, round: number): number {
  const [first, longest] = environment.options.backoffMs;
  return atSpeed(environment, Math.min(longest, first * 2 ** Math.min(round - 1, 30)));
}

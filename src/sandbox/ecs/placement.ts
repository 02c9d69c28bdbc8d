import type { ShortageReason } from '../faults/fault-rule.ts';
import { occasionOfService } from '../faults/task-occasion.ts';
import type { Region } from '../region.ts';
import type { DeploymentRecord, ServiceRecord } from './records.ts';
import { sayOnce } from './service-events.ts';

const NO_INSTANCES =
  'was unable to place a task because no container instance met all of its requirements. ' +
  'Reason: No Container Instances were found in your cluster.';
/** "Service event messages" (service-event-messages-list). */
const SHORTAGES: Readonly<Record<ShortageReason, string>> = {
  capacity: 'Capacity is unavailable at this time. Please try again later or in a different availability zone.',
  'task-quota': "You've reached the limit on the number of tasks you can run concurrently.",
  'vcpu-quota': "You've reached the limit on the number of vCPUs you can run concurrently.",
  'internal-error': 'Internal error.',
};
const RETRY_MS = 30_000;

interface Placement {
  readonly start: number;
  /** How long to wait before the next attempt; 0: nothing is waited for. */
  readonly retryMs: number;
}

/** How many of the tasks that are to start find a place. */
export function place(region: Region, service: ServiceRecord, deployment: DeploymentRecord, wanted: number): Placement {
  if (wanted === 0) return { start: 0, retryMs: 0 };
  // Without container instances nothing can be placed; Fargate has none.
  if (deployment.launchType === 'EC2') {
    sayOnce(region, service, NO_INSTANCES);
    return { start: 0, retryMs: 0 };
  }
  const shortage = region.environment.faults.strike('capacity-shortage', () => occasionOfService(region, service));
  if (shortage === undefined) return { start: wanted, retryMs: 0 };
  const { reason = 'capacity', retryMs: span = RETRY_MS } = shortage.fault;
  const retryMs = Math.max(1, shortage.draw(span));
  // Until then nothing is attempted, whatever else wakes the scheduler.
  deployment.retryAt = region.environment.now() + retryMs;
  service.steady = false;
  sayOnce(
    region,
    service,
    `was unable to place a task. Reason: ${SHORTAGES[reason]} ` +
      'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  );
  return { start: 0, retryMs };
}

import { atSpeed, draw } from '../environment.ts';
import { occasionOfTask } from '../faults/task-occasion.ts';
import type { Region } from '../region.ts';
import { checkedContainers, crashes } from './containers.ts';
import type { TaskRecord } from './records.ts';

/** What is wrong with a task that begins to run. */
export interface Ailment {
  readonly crash: { readonly afterMs: () => number; readonly exitCode: number } | undefined;
  /** Its health checks never pass; `afterMs` undefined: it has none that could fail. */
  readonly sickness:
    | { readonly afterMs: number | undefined; readonly reason: string; readonly event: string }
    | undefined;
  readonly mayBecomeHealthy: boolean;
}

export function ailmentOf(region: Region, task: TaskRecord): Ailment {
  const { environment } = region;
  if (crashes(task.definition)) {
    const crash = { afterMs: () => draw(environment, environment.options.crashAfterMs), exitCode: 1 };
    return { crash, sickness: undefined, mayBecomeHealthy: false };
  }
  const loop = environment.faults.strike('crash-loop', () => occasionOfTask(region, task));
  const crash = loop && {
    afterMs: () =>
      loop.fault.afterMs === undefined
        ? atSpeed(environment, loop.draw(environment.options.crashAfterMs))
        : loop.draw(loop.fault.afterMs),
    exitCode: loop.fault.exitCode ?? 1,
  };
  return { crash, sickness: sicknessOf(region, task), mayBecomeHealthy: true };
}

export function slowStartMs(region: Region, task: TaskRecord): number {
  const slow = region.environment.faults.strike('slow-start', () => occasionOfTask(region, task));
  return slow === undefined ? 0 : slow.draw(slow.fault.ms);
}

function sicknessOf(region: Region, task: TaskRecord): Ailment['sickness'] {
  const sick = region.environment.faults.strike('never-healthy', () => occasionOfTask(region, task));
  if (sick === undefined) return undefined;
  const checked = failingAfterMs(region, task);
  const afterMs = checked === undefined || sick.fault.afterMs === undefined ? checked : sick.draw(sick.fault.afterMs);
  return { afterMs, ...words(task) };
}

/** Once every retry has failed, or two checks of the load balancer after the grace period; undefined: no check is made. */
function failingAfterMs({ environment }: Region, task: TaskRecord): number | undefined {
  const checks = checkedContainers(task.definition).map((container) => {
    const { interval = 30, retries = 3, startPeriod = 0 } = container['healthCheck'] as HealthCheck;
    return atSpeed(environment, (startPeriod + interval * retries) * 1000);
  });
  if (checks.length > 0) return Math.min(...checks);
  if (task.deployment.blueprint.loadBalancers.length === 0) return undefined;
  return atSpeed(environment, ((task.service.settings.healthCheckGracePeriodSeconds ?? 0) + 60) * 1000);
}

interface HealthCheck {
  readonly interval?: number;
  readonly retries?: number;
  readonly startPeriod?: number;
}

/** "Stopped task error codes", "Service event messages". */
function words(task: TaskRecord): { readonly reason: string; readonly event: string } {
  const balancer = task.deployment.blueprint.loadBalancers[0];
  if (checkedContainers(task.definition).length > 0 || balancer === undefined) {
    const reason = 'Task failed container health checks';
    return { reason, event: `(task ${task.id}) failed container health checks.` };
  }
  const group = `(target-group ${balancer.targetGroupArn})`;
  return {
    reason: `Task failed ELB health checks in ${group}`,
    event: `(port ${balancer.containerPort}) is unhealthy in ${group} due to (reason Health checks failed).`,
  };
}

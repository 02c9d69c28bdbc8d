import type { Region } from '../region.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';
import { sayEvent, taskList } from './service-events.ts';
import { stopTask, type TaskWatcher } from './task-life.ts';

/** Stops tasks for the sake of `deployment`, and says so. */
export function stopAll(
  region: Region,
  deployment: DeploymentRecord,
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  watcher: TaskWatcher,
): void {
  if (tasks.length === 0) return;
  if (service.blueprint.loadBalancers.length > 0) {
    sayEvent(region, service, `has begun draining connections on ${tasks.length} tasks.`);
  }
  sayEvent(region, service, `has stopped ${tasks.length} running tasks: ${taskList(tasks)}.`);
  const reason = `Scaling activity initiated by (deployment ${deployment.id})`;
  const ending = { code: 'ServiceSchedulerInitiated', reason, exitCode: 143 };
  for (const task of tasks) stopTask(region, task, ending, watcher);
}

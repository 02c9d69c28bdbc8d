import { draw } from '../environment.ts';
import { occasionOfService } from '../faults/task-occasion.ts';
import type { Region } from '../region.ts';
import type { ServiceRecord } from './records.ts';
import { stopAll } from './stopping.ts';
import type { TaskWatcher } from './task-life.ts';
import { tasksOf } from './tasks-of.ts';

/** A deleted service stops its tasks, is INACTIVE a little after the last one is gone, and forgotten after an hour. */
export function drain(region: Region, service: ServiceRecord, watcher: TaskWatcher): void {
  const tasks = tasksOf(service);
  const live = tasks.filter((task) => task.desiredStatus === 'RUNNING');
  stopAll(region, service.deployments[0]!, service, live, watcher);
  if (tasks.length > 0 || service.steady) return;
  service.steady = true;
  const { environment } = region;
  const slow = environment.faults.strike('slow-drain', () => occasionOfService(region, service));
  const slowMs = slow === undefined ? 0 : slow.draw(slow.fault.ms);
  environment.schedule(draw(environment, environment.options.drainingMs) + slowMs, () => {
    service.status = 'INACTIVE';
    service.deployments = [];
    environment.schedule(environment.options.inactiveServiceVisibleMs, () => {
      const key = `${service.cluster.name}/${service.name}`;
      if (region.services.get(key) === service) region.services.delete(key);
    });
  });
}

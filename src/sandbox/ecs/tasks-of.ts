import type { ServiceRecord, TaskRecord } from './records.ts';

/** The tasks of a service that are not STOPPED. */
export function tasksOf(service: ServiceRecord): readonly TaskRecord[] {
  return [...service.tasks].filter((task) => task.lastStatus !== 'STOPPED');
}

/** Those that are not on their way to it either. */
export function liveTasksOf(service: ServiceRecord): readonly TaskRecord[] {
  return [...service.tasks].filter((task) => task.desiredStatus === 'RUNNING');
}

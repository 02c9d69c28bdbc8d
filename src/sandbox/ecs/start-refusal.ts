import { occasionOfTask } from '../faults/task-occasion.ts';
import type { Region } from '../region.ts';
import type { TaskRecord } from './records.ts';

interface LogConfiguration {
  readonly logDriver?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * Why a task cannot start, in the words of its `stoppedReason`; undefined: it can.
 * A log group must exist before the task, unless its definition asks for it to be made ("awslogs-create-group").
 */
export function startRefusal(region: Region, task: TaskRecord): string | undefined {
  const missing = region.environment.faults.strike('no-image', () => occasionOfTask(region, task));
  if (missing !== undefined) return missing.fault.reason ?? cannotPull(task);
  for (const container of task.definition.definition.containerDefinitions ?? []) {
    const { logDriver, options = {} } = (container['logConfiguration'] ?? {}) as LogConfiguration;
    const group = options['awslogs-group'];
    if (logDriver !== 'awslogs' || group === undefined || region.logGroups.has(group)) continue;
    if ((options['awslogs-region'] ?? region.name) !== region.name || options['awslogs-create-group'] === 'true') {
      continue;
    }
    return (
      'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: ' +
      'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : ' +
      'exit status 1'
    );
  }
  return undefined;
}

/** As containerd words it ("CannotPullContainer task errors", ECS developer guide). */
function cannotPull(task: TaskRecord): string {
  const image = task.definition.definition.containerDefinitions?.[0]?.image ?? '';
  return (
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): ' +
    `failed to resolve ref ${image}: ${image}: not found`
  );
}

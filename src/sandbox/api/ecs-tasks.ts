import type { InputOf } from '../../aws/operations.ts';
import { findCluster, findService, lastPart } from '../ecs/names.ts';
import type { TaskRecord } from '../ecs/records.ts';
import { SCHEDULER } from '../ecs/scheduler.ts';
import { stopTask } from '../ecs/task-life.ts';
import { taskView } from '../ecs/task-view.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';

interface StopTaskInput {
  readonly cluster?: string;
  readonly task: string;
  readonly reason?: string;
}
type Filters = InputOf<'ecs:ListTasks'> & {
  readonly family?: string;
  readonly startedBy?: string;
  readonly launchType?: string;
};

export const ECS_TASKS: Handlers = {
  ListTasks(region, input: Filters) {
    const cluster = findCluster(region, input.cluster);
    if (input.serviceName !== undefined && input.startedBy !== undefined) {
      throw invalidParameter('startedBy cannot be combined with serviceName.');
    }
    if (input.serviceName !== undefined && findService(region, cluster, input.serviceName) === undefined) {
      throw fault('ServiceNotFoundException', 'Service not found.');
    }
    const arns = [...region.tasks.values()]
      .filter((task) => task.service.cluster === cluster && matches(task, input))
      .map(({ arn }) => arn);
    const { items, next } = paginate(arns, {
      token: input.nextToken,
      size: input.maxResults,
      defaultSize: 100,
      maxSize: 100,
      rotation: region.nextRotation(),
      refuse: invalidParameter,
    });
    return { taskArns: items, ...(next !== undefined && { nextToken: next }) };
  },

  DescribeTasks(region, { cluster: name, tasks, include = [] }: InputOf<'ecs:DescribeTasks'>) {
    const cluster = findCluster(region, name);
    if (tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
    if (tasks.length > 100) throw invalidParameter('Member must have length less than or equal to 100');
    const found = tasks.map((reference) => ({ reference, task: region.tasks.get(lastPart(reference)) }));
    return {
      tasks: found.flatMap(({ task }) =>
        task?.service.cluster === cluster ? [taskView(task, include.includes('TAGS'))] : [],
      ),
      failures: found
        .filter(({ task }) => task?.service.cluster !== cluster)
        .map(({ reference }) => ({
          arn: region.arn('ecs', `task/${cluster.name}/${lastPart(reference)}`),
          reason: 'MISSING',
        })),
    };
  },

  StopTask(region, { cluster: name, task: reference, reason }: StopTaskInput) {
    const cluster = findCluster(region, name);
    const task = region.tasks.get(lastPart(reference));
    if (task?.service.cluster !== cluster) throw invalidParameter('The referenced task was not found.');
    const ending = { code: 'UserInitiated', reason: reason ?? 'Task stopped by user', exitCode: 143 };
    stopTask(region, task, ending, SCHEDULER);
    SCHEDULER.changed(region, task);
    return { task: taskView(task, false) };
  },
};

function matches(task: TaskRecord, { serviceName, desiredStatus = 'RUNNING', family, startedBy }: Filters): boolean {
  return (
    task.desiredStatus === desiredStatus &&
    (serviceName === undefined || task.service.name === lastPart(serviceName)) &&
    (family === undefined || task.definition.definition.family === family) &&
    (startedBy === undefined || task.deployment.id === startedBy)
  );
}

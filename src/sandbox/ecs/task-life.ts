import { atSpeed, draw, type Environment, today } from '../environment.ts';
import { hexId } from '../ids.ts';
import { print } from '../logs/task-output.ts';
import type { Region } from '../region.ts';
import { ailmentOf, slowStartMs } from './ailments.ts';
import { checkedContainers, containersOf } from './containers.ts';
import { findRevision } from './names.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';
import { sayEvent } from './service-events.ts';
import { startRefusal } from './start-refusal.ts';
import { deregisterTarget, registerTarget } from './targets.ts';

/** What the scheduler wants to hear of its tasks. */
export interface TaskWatcher {
  /** It runs, became healthy, or is STOPPED. */
  changed(region: Region, task: TaskRecord): void;
  /** It could not start, or ended before it was healthy; `changed` follows when it is STOPPED. */
  failed(region: Region, task: TaskRecord): void;
}

export interface Ending {
  readonly code: string;
  readonly reason: string;
  /** By the scheduler or a person: SIGTERM first, and the load balancer before that. */
  readonly exitCode: number | undefined;
}

/** PROVISIONING → PENDING → RUNNING → healthy, each after a while, unless it is stopped on the way. */
export function startTask(
  region: Region,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  watcher: TaskWatcher,
): TaskRecord {
  const { environment } = region;
  const task = newTask(region, service, deployment);
  region.tasks.set(task.id, task);
  service.tasks.add(task);
  const { provisioningMs, pendingMs } = environment.options;
  const step = (span: readonly [number, number], next: () => void): void =>
    environment.schedule(draw(environment, span), () => {
      if (task.desiredStatus === 'RUNNING') next();
    });
  const slowMs = slowStartMs(region, task);
  const start = (): void => {
    if (task.desiredStatus === 'RUNNING') run(region, task, watcher);
  };
  step(provisioningMs, () => {
    move(task, 'PENDING');
    task.pullStartedAt = today(environment);
    step(pendingMs, () => (slowMs === 0 ? start() : environment.schedule(slowMs, start)));
  });
  return task;
}

function run(region: Region, task: TaskRecord, watcher: TaskWatcher): void {
  const { environment } = region;
  const refusal = startRefusal(region, task);
  if (refusal !== undefined) {
    endTask(region, task, { code: 'TaskFailedToStart', reason: refusal, exitCode: undefined }, watcher);
    watcher.failed(region, task);
    return;
  }
  const ailment = ailmentOf(region, task);
  move(task, 'RUNNING');
  task.startedAt = today(environment);
  print(region, task, 'started');
  registerTarget(region, task, ailment.sickness === undefined);
  watcher.changed(region, task);
  if (ailment.crash !== undefined) {
    const { afterMs, exitCode } = ailment.crash;
    environment.schedule(afterMs(), () => crash(region, task, exitCode, watcher));
  }
  if (ailment.sickness !== undefined) {
    const { afterMs, reason, event } = ailment.sickness;
    if (afterMs !== undefined) environment.schedule(afterMs, () => giveUp(region, task, { reason, event }, watcher));
  } else if (ailment.mayBecomeHealthy) {
    environment.schedule(healthyAfterMs(environment, task), () => becomeHealthy(region, task, watcher));
  }
}

function becomeHealthy(region: Region, task: TaskRecord, watcher: TaskWatcher): void {
  if (!isRunning(task)) return;
  task.healthy = true;
  if (checkedContainers(task.definition).length > 0) task.healthStatus = 'HEALTHY';
  task.version++;
  watcher.changed(region, task);
}

function crash(region: Region, task: TaskRecord, exitCode: number, watcher: TaskWatcher): void {
  if (!isRunning(task)) return;
  const wasHealthy = task.healthy;
  print(region, task, 'crashed');
  const ending = { code: 'EssentialContainerExited', reason: 'Essential container in task exited', exitCode };
  endTask(region, task, ending, watcher);
  if (wasHealthy) watcher.changed(region, task);
  else watcher.failed(region, task);
}

/** ECS stops a task whose health checks fail, and starts another. */
function giveUp(
  region: Region,
  task: TaskRecord,
  { reason, event }: { readonly reason: string; readonly event: string },
  watcher: TaskWatcher,
): void {
  if (!isRunning(task)) return;
  if (checkedContainers(task.definition).length > 0) task.healthStatus = 'UNHEALTHY';
  sayEvent(region, task.service, event);
  stopTask(region, task, { code: 'ServiceSchedulerInitiated', reason, exitCode: 143 }, watcher);
  watcher.failed(region, task);
}

function isRunning(task: TaskRecord): boolean {
  return task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';
}

/** Stops a task as the scheduler or a person does: load balancer, SIGTERM, network interface, STOPPED. */
export function stopTask(region: Region, task: TaskRecord, ending: Ending, watcher: TaskWatcher): void {
  if (task.desiredStatus === 'STOPPED') return;
  const { environment } = region;
  const ran = task.lastStatus === 'RUNNING';
  begin(region, task, ending);
  const drainMs = ran ? deregisterTarget(region, task) : 0;
  if (ran) move(task, drainMs > 0 ? 'DEACTIVATING' : 'STOPPING');
  environment.schedule(drainMs, () => {
    if (ran) {
      move(task, 'STOPPING');
      print(region, task, 'stopped');
    }
    environment.schedule(ran ? draw(environment, environment.options.stoppingMs) : 0, () => {
      finish(region, task, ran ? ending.exitCode : undefined, watcher);
    });
  });
}

/** A task that ended by itself. */
function endTask(region: Region, task: TaskRecord, ending: Ending, watcher: TaskWatcher): void {
  begin(region, task, ending);
  deregisterTarget(region, task);
  finish(region, task, ending.exitCode, watcher);
}

function begin(region: Region, task: TaskRecord, ending: Ending): void {
  task.desiredStatus = 'STOPPED';
  task.healthy = false;
  task.stopCode = ending.code;
  task.stoppedReason = ending.reason;
  task.stoppingAt = today(region.environment);
  task.version++;
}

function finish(region: Region, task: TaskRecord, exitCode: number | undefined, watcher: TaskWatcher): void {
  const { environment } = region;
  move(task, 'DEPROVISIONING');
  task.executionStoppedAt = today(environment);
  for (const container of containersOf(task)) {
    if (exitCode !== undefined) task.exitCodes.set(container.name ?? '', exitCode);
  }
  environment.schedule(draw(environment, environment.options.deprovisioningMs), () => {
    move(task, 'STOPPED');
    task.stoppedAt = today(environment);
    environment.schedule(environment.options.stoppedTaskVisibleMs, () => {
      region.tasks.delete(task.id);
      task.service.tasks.delete(task);
    });
    watcher.changed(region, task);
  });
}

function move(task: TaskRecord, status: TaskRecord['lastStatus']): void {
  task.lastStatus = status;
  task.version++;
}

function newTask(region: Region, service: ServiceRecord, deployment: DeploymentRecord): TaskRecord {
  const { environment } = region;
  const { random } = environment;
  const id = hexId(random, 32);
  const byte = (): number => Math.floor(random() * 250) + 2;
  return {
    id,
    arn: region.arn('ecs', `task/${service.cluster.name}/${id}`),
    service,
    deployment,
    definition: findRevision(region, deployment.blueprint.taskDefinition)!,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthy: false,
    healthStatus: 'UNKNOWN',
    stopCode: undefined,
    stoppedReason: undefined,
    exitCodes: new Map(),
    address: `10.0.${byte()}.${byte()}`,
    interfaceId: `eni-${hexId(random, 17)}`,
    zone: `${region.name}${random() < 0.5 ? 'a' : 'b'}`,
    version: 1,
    createdAt: today(environment),
    tags: propagatedTags(service, deployment, region),
    pullStartedAt: undefined,
    startedAt: undefined,
    stoppingAt: undefined,
    executionStoppedAt: undefined,
    stoppedAt: undefined,
  };
}

function propagatedTags(service: ServiceRecord, deployment: DeploymentRecord, region: Region): TaskRecord['tags'] {
  const { propagateTags, enableECSManagedTags } = service.settings;
  const managed = enableECSManagedTags
    ? [
        { key: 'aws:ecs:serviceName', value: service.name },
        { key: 'aws:ecs:clusterName', value: service.cluster.name },
      ]
    : [];
  if (propagateTags === 'SERVICE') return [...service.tags, ...managed];
  if (propagateTags !== 'TASK_DEFINITION') return managed;
  return [...(findRevision(region, deployment.blueprint.taskDefinition)?.tags ?? []), ...managed];
}

/** Whichever of the health checks takes longest; 40 s without any ("Service deployment", ECS developer guide). */
function healthyAfterMs(environment: Environment, task: TaskRecord): number {
  const { settleMs, targetHealthyMs } = environment.options;
  const intervals = checkedContainers(task.definition).map((container) => {
    const check = container['healthCheck'] as { readonly interval?: number };
    return atSpeed(environment, (check.interval ?? 30) * 1000);
  });
  if (task.deployment.blueprint.loadBalancers.length > 0) intervals.push(draw(environment, targetHealthyMs));
  return intervals.length > 0 ? Math.max(...intervals) : draw(environment, settleMs);
}

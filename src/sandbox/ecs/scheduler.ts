import { draw, type Environment, today } from '../environment.ts';
import { deploymentId } from '../ids.ts';
import type { Region } from '../region.ts';
import { breakerTrips, rollbackTarget } from './circuit-breaker.ts';
import type { Blueprint, DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';
import { type Fleet, type RollingStep, rollingStep } from './rolling-step.ts';
import { sayEvent, taskList } from './service-events.ts';
import { startTask, stopTask, type TaskWatcher } from './task-life.ts';

/** How the scheduler hears of its tasks; anything that stops a task passes it on. */
export const SCHEDULER: TaskWatcher = {
  changed(region, task) {
    if (task.healthy && task.deployment.failedTasks > 0) {
      task.deployment.failedTasks = 0;
      task.deployment.pauses = 0;
    }
    steer(region, task.service);
  },
  failed(region, task) {
    countFailure(region, task);
    steer(region, task.service);
  },
};

/** Has the scheduler look at the service in a little while, as after a call that changed it. */
export function wakeScheduler(region: Region, service: ServiceRecord): void {
  const { environment } = region;
  environment.schedule(draw(environment, environment.options.schedulerDelayMs), () => steer(region, service));
}

/** Makes `blueprint` the service's PRIMARY deployment. */
export function deploy(
  region: Region,
  service: ServiceRecord,
  blueprint: Blueprint,
  rollbackReason?: string,
): DeploymentRecord {
  const at = today(region.environment);
  const id = deploymentId(region.environment.random);
  const deployment: DeploymentRecord = {
    id,
    status: 'PRIMARY',
    blueprint,
    launchType: service.settings.launchType,
    capacityProviderStrategy: service.settings.capacityProviderStrategy,
    desiredCount: 0,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: rollbackReason ?? `ECS deployment ${id} in progress.`,
    isRollback: rollbackReason !== undefined,
    createdAt: at,
    updatedAt: at,
    retryAt: 0,
    pauses: 0,
  };
  for (const old of service.deployments) old.status = 'ACTIVE';
  service.deployments.unshift(deployment);
  service.blueprint = blueprint;
  service.steady = false;
  wakeScheduler(region, service);
  return deployment;
}

/** The tasks of a service that are not STOPPED. */
export function tasksOf(service: ServiceRecord): TaskRecord[] {
  return [...service.tasks].filter((task) => task.lastStatus !== 'STOPPED');
}

/** One look of the scheduler at a service: starts, stops, and says what came to its end. Safe to repeat. */
export function steer(region: Region, service: ServiceRecord): void {
  if (service.status === 'INACTIVE') return;
  if (service.status === 'DRAINING') {
    drain(region, service);
    return;
  }
  const primary = service.deployments[0]!;
  const tasks = tasksOf(service);
  const live = tasks.filter((task) => task.desiredStatus === 'RUNNING');
  const failed = primary.rolloutState === 'FAILED';
  primary.desiredCount = failed ? 0 : service.settings.desiredCount;
  const step = rollingStep(fleetOf(region, service, primary, live));
  carryOut(region, service, primary, live, step);
  forgetOldDeployments(service);
  if (!failed) finishIfDone(region, service, primary);
}

function fleetOf(region: Region, service: ServiceRecord, primary: DeploymentRecord, live: TaskRecord[]): Fleet {
  const { desiredCount, deploymentConfiguration } = service.settings;
  const own = live.filter((task) => task.deployment === primary);
  const old = live.filter((task) => task.deployment !== primary);
  return {
    desired: desiredCount,
    minimumHealthyPercent: deploymentConfiguration.minimumHealthyPercent ?? 100,
    maximumPercent: deploymentConfiguration.maximumPercent ?? 200,
    primaryLive: own.length,
    primaryHealthy: own.filter(({ healthy }) => healthy).length,
    oldLive: old.length,
    oldHealthy: old.filter(({ healthy }) => healthy).length,
    held: primary.rolloutState === 'FAILED' || region.environment.now() < primary.retryAt,
  };
}

function carryOut(
  region: Region,
  service: ServiceRecord,
  primary: DeploymentRecord,
  live: readonly TaskRecord[],
  step: RollingStep,
): void {
  const own = live.filter((task) => task.deployment === primary);
  const old = live.filter((task) => task.deployment !== primary);
  const stopping = [
    ...own.slice(own.length - step.stopPrimary),
    ...old.filter(({ healthy }) => !healthy).slice(0, step.stopUnhealthyOld),
    ...old.filter(({ healthy }) => healthy).slice(0, step.stopOld),
  ];
  if (step.start > 0) {
    const started = Array.from({ length: step.start }, () => startTask(region, service, primary, SCHEDULER));
    sayEvent(region, service, `has started ${started.length} tasks: ${taskList(started)}.`);
  }
  stopAll(region, service, stopping, `Scaling activity initiated by (deployment ${primary.id})`);
  if (step.start > 0 || stopping.length > 0) service.steady = false;
  if (step.stuck && service.steady !== true) sayStuck(region, service);
}

function stopAll(region: Region, service: ServiceRecord, tasks: readonly TaskRecord[], reason: string): void {
  if (tasks.length === 0) return;
  if (service.blueprint.loadBalancers.length > 0) {
    sayEvent(region, service, `has begun draining connections on ${tasks.length} tasks.`);
  }
  sayEvent(region, service, `has stopped ${tasks.length} running tasks: ${taskList(tasks)}.`);
  const ending = { code: 'ServiceSchedulerInitiated', reason, exitCode: 143 };
  for (const task of tasks) stopTask(region, task, ending, SCHEDULER);
}

function sayStuck(region: Region, service: ServiceRecord): void {
  const text =
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
    'Update the minimumHealthyPercent or maximumPercent value and try again.';
  if (service.events[0]?.message?.endsWith(text) !== true) sayEvent(region, service, text);
}

function forgetOldDeployments(service: ServiceRecord): void {
  const running = new Set(tasksOf(service).map((task) => task.deployment));
  service.deployments = service.deployments.filter(
    (deployment) => deployment.status === 'PRIMARY' || running.has(deployment),
  );
  const live = tasksOf(service).filter((task) => task.desiredStatus === 'RUNNING');
  for (const old of service.deployments.slice(1)) {
    old.desiredCount = live.filter((task) => task.deployment === old).length;
  }
}

/** COMPLETED: all new tasks healthy and all old ones stopped, and then the service is steady. */
function finishIfDone(region: Region, service: ServiceRecord, primary: DeploymentRecord): void {
  const tasks = tasksOf(service);
  const all =
    tasks.length === primary.desiredCount && tasks.every((task) => task.deployment === primary && task.healthy);
  if (!all || service.steady || service.deployments.length > 1) return;
  if (primary.rolloutState === 'IN_PROGRESS') {
    primary.rolloutState = 'COMPLETED';
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
    primary.updatedAt = today(region.environment);
    service.lastCompleted = primary;
    sayEvent(region, service, `(deployment ${primary.id}) deployment completed.`);
  }
  service.steady = true;
  saySteady(region, service);
}

/** Steady now, and again every few hours for as long as nothing happens. */
function saySteady(region: Region, service: ServiceRecord): void {
  sayEvent(region, service, 'has reached a steady state.');
  const said = service.events[0];
  region.environment.schedule(region.environment.options.steadyEventEveryMs, () => {
    if (service.steady && service.status === 'ACTIVE' && service.events[0] === said) saySteady(region, service);
  });
}

function countFailure(region: Region, task: TaskRecord): void {
  const { service, deployment } = task;
  deployment.failedTasks++;
  deployment.updatedAt = today(region.environment);
  if (service.status !== 'ACTIVE' || deployment.status !== 'PRIMARY') return;
  if (breakerTrips(service, deployment)) fail(region, service, deployment);
  else pause(region, service, deployment);
}

function fail(region: Region, service: ServiceRecord, deployment: DeploymentRecord): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = 'ECS deployment circuit breaker: task failed to start.';
  deployment.desiredCount = 0;
  sayEvent(region, service, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
  const doomed = tasksOf(service).filter((task) => task.deployment === deployment && task.desiredStatus === 'RUNNING');
  stopAll(region, service, doomed, `Scaling activity initiated by (deployment ${deployment.id})`);
  const goal = rollbackTarget(service, deployment);
  if (goal === undefined) return;
  const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${goal.id}.`;
  deploy(region, service, goal.blueprint, reason);
  sayEvent(region, service, `rolling back to deployment ${goal.id}.`);
}

/** Tasks that cannot start are tried again ever more slowly ("Service throttle logic", ECS developer guide). */
function pause(region: Region, service: ServiceRecord, deployment: DeploymentRecord): void {
  const { environment } = region;
  const round = Math.floor((deployment.failedTasks - 1) / Math.max(1, service.settings.desiredCount));
  if (service.settings.deploymentConfiguration.deploymentCircuitBreaker?.enable === true) return;
  if (round <= deployment.pauses) return;
  deployment.pauses = round;
  deployment.retryAt = environment.now() + pauseMs(environment, round);
  if (round >= 2) {
    const text =
      'is unable to consistently start tasks successfully. ' +
      'For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.';
    sayEvent(region, service, text);
  }
  environment.schedule(deployment.retryAt - environment.now(), () => steer(region, service));
}

function pauseMs({ options }: Environment, round: number): number {
  const [first, longest] = options.backoffMs;
  return Math.round(Math.min(longest, first * 2 ** Math.min(round - 1, 30)) / options.speed);
}

/** A deleted service stops its tasks, and is INACTIVE a little after the last one is gone. */
function drain(region: Region, service: ServiceRecord): void {
  const tasks = tasksOf(service);
  const live = tasks.filter((task) => task.desiredStatus === 'RUNNING');
  const primary = service.deployments[0]!;
  stopAll(region, service, live, `Scaling activity initiated by (deployment ${primary.id})`);
  if (tasks.length > 0 || service.steady) return;
  service.steady = true;
  const { environment } = region;
  environment.schedule(draw(environment, environment.options.drainingMs), () => {
    service.status = 'INACTIVE';
    service.deployments = [];
    environment.schedule(environment.options.inactiveServiceVisibleMs, () => {
      const key = `${service.cluster.name}/${service.name}`;
      if (region.services.get(key) === service) region.services.delete(key);
    });
  });
}

import { draw, today } from '../environment.ts';
import { deploymentId } from '../ids.ts';
import type { Region } from '../region.ts';
import { holdBack } from './back-off.ts';
import { breakerTrips, rollbackTarget } from './circuit-breaker.ts';
import { drain } from './draining.ts';
import { place } from './placement.ts';
import type { Blueprint, DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';
import { type Fleet, type RollingStep, rollingStep } from './rolling-step.ts';
import { sayEvent, sayOnce, taskList } from './service-events.ts';
import { stopAll } from './stopping.ts';
import { startTask, type TaskWatcher } from './task-life.ts';
import { liveTasksOf, tasksOf } from './tasks-of.ts';

/** Deployments of a service that ListServiceDeployments knows of. */
const REMEMBERED_DEPLOYMENTS = 100;
const STUCK =
  'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.';

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
  remember(service, deployment);
  for (const old of service.deployments) old.status = 'ACTIVE';
  service.deployments.unshift(deployment);
  service.blueprint = blueprint;
  service.steady = false;
  wakeScheduler(region, service);
  return deployment;
}

/** A deployment that goes back is the end of the one that failed. */
function remember(service: ServiceRecord, deployment: DeploymentRecord): void {
  const newest = service.history[0];
  if (deployment.isRollback && newest !== undefined) newest.rollback = deployment;
  else service.history = [{ deployment, rollback: undefined }, ...service.history].slice(0, REMEMBERED_DEPLOYMENTS);
}

/** One look of the scheduler at a service: starts, stops, and says what came to its end. Safe to repeat. */
export function steer(region: Region, service: ServiceRecord): void {
  if (service.status === 'INACTIVE') return;
  if (service.status === 'DRAINING') {
    drain(region, service, SCHEDULER);
    return;
  }
  const primary = service.deployments[0]!;
  const live = liveTasksOf(service);
  const failed = primary.rolloutState === 'FAILED';
  primary.desiredCount = failed ? 0 : service.settings.desiredCount;
  const step = rollingStep(fleetOf(region, service, primary, live));
  carryOut(region, service, primary, live, step);
  forgetOldDeployments(service);
  if (!failed) finishIfDone(region, service, primary);
}

function fleetOf(
  region: Region,
  service: ServiceRecord,
  primary: DeploymentRecord,
  live: readonly TaskRecord[],
): Fleet {
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
    oldUnstarted: old.filter(isUnstarted).length,
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
    ...old.filter(isUnstarted).slice(0, step.stopUnstarted),
    ...old.filter(({ healthy }) => healthy).slice(0, step.stopOld),
  ];
  const { start, retryMs } = place(region, service, primary, step.start);
  if (retryMs > 0) region.environment.schedule(retryMs, () => steer(region, service));
  if (start > 0) {
    const started = Array.from({ length: start }, () => startTask(region, service, primary, SCHEDULER));
    sayEvent(region, service, `has started ${started.length} tasks: ${taskList(started)}.`);
  }
  stopAll(region, primary, service, stopping, SCHEDULER);
  if (start > 0 || stopping.length > 0) service.steady = false;
  if (step.stuck) sayOnce(region, service, STUCK);
}

function isUnstarted({ lastStatus }: TaskRecord): boolean {
  return lastStatus === 'PROVISIONING' || lastStatus === 'PENDING';
}

function forgetOldDeployments(service: ServiceRecord): void {
  const running = new Set(tasksOf(service).map((task) => task.deployment));
  service.deployments = service.deployments.filter(
    (deployment) => deployment.status === 'PRIMARY' || running.has(deployment),
  );
  const live = liveTasksOf(service);
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
  const { environment } = region;
  deployment.failedTasks++;
  deployment.updatedAt = today(environment);
  if (service.status !== 'ACTIVE' || deployment.status !== 'PRIMARY') return;
  if (breakerTrips(service, deployment)) {
    fail(region, service, deployment);
    return;
  }
  const ms = holdBack(region, service, deployment);
  if (ms > 0) environment.schedule(ms, () => steer(region, service));
}

/** The circuit breaker: no more tasks, and back to where the service came from, if there is such a place. */
function fail(region: Region, service: ServiceRecord, deployment: DeploymentRecord): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = 'ECS deployment circuit breaker: task failed to start.';
  deployment.desiredCount = 0;
  sayEvent(region, service, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
  const doomed = liveTasksOf(service).filter((task) => task.deployment === deployment);
  stopAll(region, deployment, service, doomed, SCHEDULER);
  const goal = rollbackTarget(service, deployment);
  if (goal === undefined) return;
  const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${goal.id}.`;
  deploy(region, service, goal.blueprint, reason);
  sayEvent(region, service, `rolling back to deployment ${goal.id}.`);
}

import type { TargetGroupRecord } from '../elb/balancer-state.ts';
import { findTargetGroup } from '../elb/target-groups.ts';
import { atSpeed, draw } from '../environment.ts';
import type { Region } from '../region.ts';
import type { TaskRecord } from './records.ts';
import { sayEvent } from './service-events.ts';

/** ECS registers the addresses of running tasks with the target groups of their deployment. */
export function registerTarget(region: Region, task: TaskRecord, becomesHealthy: boolean): void {
  for (const { group, port } of groupsOf(region, task)) {
    const target = { Id: task.address, Port: port, state: 'initial' as 'initial' | 'healthy' | 'draining' };
    group.targets.set(task.address, target);
    sayEvent(region, task.service, `registered 1 targets in (target-group ${group.group.TargetGroupArn})`);
    region.environment.schedule(draw(region.environment, region.environment.options.targetHealthyMs), () => {
      if (becomesHealthy && target.state === 'initial') target.state = 'healthy';
    });
  }
}

/** Begins draining; returns for how long (ms), 0 when the task is behind no load balancer. */
export function deregisterTarget(region: Region, task: TaskRecord): number {
  const { environment } = region;
  let longest = 0;
  for (const { group } of groupsOf(region, task)) {
    const target = group.targets.get(task.address);
    if (target === undefined) continue;
    target.state = 'draining';
    const delay = atSpeed(environment, group.deregistrationDelayMs);
    longest = Math.max(longest, delay);
    sayEvent(region, task.service, `deregistered 1 targets in (target-group ${group.group.TargetGroupArn})`);
    environment.schedule(delay, () => group.targets.delete(task.address));
  }
  return longest;
}

function groupsOf(region: Region, task: TaskRecord): { group: TargetGroupRecord; port: number }[] {
  return task.deployment.blueprint.loadBalancers.flatMap(({ targetGroupArn, containerPort }) => {
    const group = targetGroupArn === undefined ? undefined : findTargetGroup(region, targetGroupArn);
    return group === undefined ? [] : [{ group, port: containerPort ?? 80 }];
  });
}

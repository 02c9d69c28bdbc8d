/** A service's tasks, counted. Live: not stopping. Healthy: live, and counted on by the scheduler. */
export interface Fleet {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly primaryLive: number;
  readonly primaryHealthy: number;
  readonly oldLive: number;
  readonly oldHealthy: number;
  /** Old tasks that do not run yet. */
  readonly oldUnstarted: number;
  /** No task of the PRIMARY may be started: the deployment failed, or pauses after failures. */
  readonly held: boolean;
}

export interface RollingStep {
  readonly start: number;
  readonly stopPrimary: number;
  /** Old tasks that do not run yet: nobody waits for them. */
  readonly stopUnstarted: number;
  readonly stopOld: number;
  /** The percentages leave no room for any step, now or later. */
  readonly stuck: boolean;
}

/**
 * What a rolling deployment does next. The upper limit rounds down and counts all live tasks, the lower one rounds up
 * and counts healthy ones ("Amazon ECS deployment types", deployment-type-ecs).
 */
export function rollingStep(fleet: Fleet): RollingStep {
  const { desired, primaryLive, primaryHealthy, oldLive, oldHealthy } = fleet;
  const most = Math.floor((desired * fleet.maximumPercent) / 100);
  const least = Math.ceil((desired * fleet.minimumHealthyPercent) / 100);
  const missing = Math.max(0, desired - primaryLive);
  const stopUnstarted = fleet.held ? 0 : fleet.oldUnstarted;
  const start = fleet.held ? 0 : atLeast0(Math.min(missing, most - primaryLive - (oldLive - stopUnstarted)));
  const healthy = primaryHealthy + oldHealthy;
  const surplus = healthy - desired;
  const room = start === 0 && missing > 0 && !fleet.held ? Math.min(missing, healthy - least) : 0;
  const stopOld = atLeast0(Math.min(oldHealthy, Math.max(surplus, room)));
  const stopPrimary = atLeast0(primaryLive - desired);
  const idle = start + stopOld + stopUnstarted + stopPrimary === 0;
  const stuck = idle && missing > 0 && !fleet.held && primaryLive === primaryHealthy;
  return { start, stopPrimary, stopUnstarted, stopOld, stuck };
}

function atLeast0(count: number): number {
  return Math.max(0, count);
}

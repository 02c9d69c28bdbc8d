import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import type { Rollout } from '../types.ts';

const PATH: Path = ['spec', 'rollout'];
const ABOUT: readonly Path[] = [PATH, ['spec', 'desiredCount'], ['spec', 'autoscaling']];

/**
 * ECS rounds the upper bound down and the lower bound up to whole tasks; when neither leaves room for one more or one
 * less, a rolling deployment waits for ever. Source: ECS API reference, DeploymentConfiguration.
 */
export function checkRollout({ document, manifest }: Subject, report: Report): void {
  const { rollout, desiredCount, autoscaling } = manifest.spec;
  checkAlarms(rollout.alarms, report);
  if (document.spec.rollout?.circuitBreaker?.rollback === true && !rollout.circuitBreaker.enabled) {
    report.error([...PATH, 'circuitBreaker', 'rollback'], 'may not be true while `enabled` is false');
  }
  if (rollout.strategy !== 'rolling') return;
  const most = autoscaling?.maxCapacity ?? desiredCount;
  const least = Math.max(1, autoscaling?.minCapacity ?? desiredCount);
  const field = document.spec.rollout?.maximumPercent === undefined ? 'minimumHealthyPercent' : 'maximumPercent';
  if (most > 0 && isStuck(rollout, most)) {
    report.error([...PATH, field], stuckMessage(rollout, most), { about: ABOUT, help: stuckHelp(most) });
  } else if (autoscaling !== undefined && isStuck(rollout, least)) {
    report.warning([...PATH, field], stuckMessage(rollout, least), { about: ABOUT, help: stuckHelp(least) });
  }
}

export function isStuck(rollout: Pick<Rollout, 'minimumHealthyPercent' | 'maximumPercent'>, tasks: number): boolean {
  const upper = Math.floor((tasks * rollout.maximumPercent) / 100);
  const lower = Math.ceil((tasks * rollout.minimumHealthyPercent) / 100);
  return upper <= tasks && lower >= tasks;
}

function stuckMessage({ minimumHealthyPercent, maximumPercent }: Rollout, tasks: number): string {
  const count = tasks === 1 ? '1 task' : `${tasks} tasks`;
  return `a deployment can never progress: with ${count}, ${minimumHealthyPercent} % and ${maximumPercent} % allow neither one more nor one less`;
}

function stuckHelp(tasks: number): string {
  const up = 100 + Math.ceil(100 / tasks);
  const down = Math.floor(((tasks - 1) * 100) / tasks);
  return `\`maximumPercent\` must be at least ${up}, or \`minimumHealthyPercent\` at most ${down}`;
}

function checkAlarms(alarms: readonly string[], report: Report): void {
  const seen = new Set<string>();
  for (const [index, alarm] of alarms.entries()) {
    if (seen.has(alarm)) report.error([...PATH, 'alarms', index], 'is given twice');
    seen.add(alarm);
  }
}

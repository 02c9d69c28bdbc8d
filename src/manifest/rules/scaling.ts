import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';
import { scheduleFault } from '../schedule-expression.ts';
import { isTimezone, nearestTimezone } from '../timezone.ts';
import type { Autoscaling, ScalingSchedule, ScalingTarget } from '../types.ts';

const PATH: Path = ['spec', 'autoscaling'];
const BAND: readonly Path[] = [
  [...PATH, 'minCapacity'],
  [...PATH, 'maxCapacity'],
];

export function checkScaling({ document, manifest }: Subject, report: Report): void {
  const { autoscaling, loadBalancers } = manifest.spec;
  if (autoscaling === undefined) return;
  const { minCapacity, maxCapacity } = autoscaling;
  if (minCapacity > maxCapacity) {
    const written = document.spec.autoscaling?.minCapacity !== undefined;
    const path = [...PATH, written ? 'minCapacity' : 'maxCapacity'];
    report.error(path, `\`minCapacity\` ${minCapacity} must be less than or equal to \`maxCapacity\` ${maxCapacity}`, {
      about: BAND,
    });
  } else checkDesired(document.spec.desiredCount, autoscaling, report);
  if (minCapacity === 0 && autoscaling.targets.length > 0) {
    const help = 'without tasks there are no metrics: only a schedule or a person brings them back';
    report.warning([...PATH, 'minCapacity'], 'target tracking cannot scale out from 0 tasks', { help });
  }
  checkTargets(autoscaling.targets, loadBalancers.length > 0, report);
  checkSchedules(autoscaling, report);
}

function checkDesired(desired: number | undefined, { minCapacity, maxCapacity }: Autoscaling, report: Report): void {
  if (desired === undefined || (desired >= minCapacity && desired <= maxCapacity)) return;
  const nearestCount = desired < minCapacity ? minCapacity : maxCapacity;
  const message = `${desired} is outside the autoscaling band of ${minCapacity} to ${maxCapacity}`;
  report.error(['spec', 'desiredCount'], message, { about: BAND, help: `nearest: ${nearestCount}; or leave it out` });
}

function checkTargets(targets: readonly ScalingTarget[], balanced: boolean, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { metric }] of targets.entries()) {
    const path = [...PATH, 'targets', index];
    const name = metric.kind === 'custom' ? `metric ${metric.name}` : metric.kind;
    if (seen.has(name)) report.error(path, `there is another target for ${name} already`, { mark: 'key' });
    seen.add(name);
    if (metric.kind === 'requestsPerTarget' && !balanced) {
      const message = 'may only be used with a load balancer';
      report.error([...path, 'requestsPerTarget'], message, { mark: 'key', about: [['spec', 'loadBalancers']] });
    }
  }
}

function checkSchedules(autoscaling: Autoscaling, report: Report): void {
  const seen = new Set<string>();
  for (const [index, schedule] of autoscaling.schedules.entries()) {
    const path = [...PATH, 'schedules', index];
    if (seen.has(schedule.name)) report.error([...path, 'name'], 'there is another schedule of this name already');
    seen.add(schedule.name);
    const fault = scheduleFault(schedule.schedule);
    if (fault !== undefined) report.error([...path, 'schedule'], fault, { help: SCHEDULE_HELP });
    if (!isTimezone(schedule.timezone)) {
      const meant = nearestTimezone(schedule.timezone);
      const help = meant === undefined ? 'for example: UTC, Europe/Berlin' : `did you mean '${meant}'?`;
      report.error([...path, 'timezone'], 'is not the IANA name of a time zone', { help });
    }
    checkScheduledBand(schedule, autoscaling, path, report);
  }
}

const SCHEDULE_HELP = 'for example: cron(0 8 ? * MON-FRI *), rate(1 hour), at(2026-12-24T08:00:00)';

function checkScheduledBand(schedule: ScalingSchedule, autoscaling: Autoscaling, path: Path, report: Report): void {
  if (schedule.minCapacity === undefined && schedule.maxCapacity === undefined) {
    report.error(path, 'must have `minCapacity`, `maxCapacity` or both', { mark: 'key' });
    return;
  }
  const least = schedule.minCapacity ?? autoscaling.minCapacity;
  const greatest = schedule.maxCapacity ?? autoscaling.maxCapacity;
  if (least <= greatest) return;
  const field = schedule.minCapacity === undefined ? 'maxCapacity' : 'minCapacity';
  const message = `the band from then on, ${least} to ${greatest}, must not be upside down`;
  report.error([...path, field], message, { about: BAND, help: 'give `minCapacity` and `maxCapacity` both' });
}

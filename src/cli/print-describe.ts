import type { RolloutStatus, ServiceStatus } from '../reconcile/status.ts';
import type { Tone } from './colour.ts';
import { printDifferences } from './print-difference.ts';
import type { Look } from './screen.ts';
import { ageText, displayName, oneLine } from './text.ts';

export interface DescribeOptions {
  readonly nowMs: number;
  /** All events, and values as long as they are. */
  readonly full: boolean;
}

const SHOWN_EVENTS = 10;

/** Everything known of one service: facts, conditions, what differs, the rollout, what happened. */
export function printDescription(status: ServiceStatus, look: Look, options: DescribeOptions): string {
  return [
    ...facts(status),
    ...conditions(status, look, options),
    ...drift(status, look, options),
    ...events(status, look, options),
  ].join('\n');
}

function facts(status: ServiceStatus): readonly string[] {
  const place = [status.region, status.account].filter((part) => part !== undefined).join(', ');
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Name', displayName(status.key)],
    ['Service', status.service],
    ['Cluster', `${status.cluster} (${place})`],
    ['ARN', status.serviceArn],
    ['Source', status.origin],
    ['Generation', `${status.generation} (observed ${status.observedGeneration})`],
    ['Mode', status.suspended ? `${status.mode}, suspended` : status.mode],
    ['Sync', status.sync],
    ['Health', status.health],
    ['Revision', status.revision],
    ['Image', status.image],
    ['Tasks', tasks(status)],
    ['Rollout', status.rollout === undefined ? undefined : rolloutText(status.rollout)],
    ['Last pass', status.lastPassAt],
    ['Last success', status.lastSuccessAt],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(14)}${oneLine(value)}`]));
}

function tasks(status: ServiceStatus): string | undefined {
  if (status.desired === undefined) return undefined;
  const { running = 0, pending = 0 } = status;
  return `${running} running, ${pending} pending, ${status.desired} desired`;
}

/** `in progress: 1 of 2 running, 1 pending, 0 failed (support-agent:43). 2 tasks started` */
export function rolloutText(rollout: RolloutStatus): string {
  const revision = rollout.revision === undefined ? '' : ` (${rollout.revision})`;
  const said = rolloutMessage(rollout);
  const message = said === '' ? '' : `. ${said}`;
  return `${rolloutWord(rollout.state)}: ${rollout.running} of ${rollout.desired} running, ${rollout.pending} pending, ${rollout.failed} failed${revision}${message}`;
}

/** What ECS says of a rollout, unless it only repeats the state, as `ECS deployment ecs-svc/123 in progress.` does. */
export function rolloutMessage({ message }: RolloutStatus): string {
  return /^ECS deployment \S+ (in progress|completed)\.$/.test(message) ? '' : oneLine(message);
}

/** `InProgress` as people write it: `in progress`. */
export function rolloutWord(state: RolloutStatus['state']): string {
  return state.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function conditions(status: ServiceStatus, look: Look, { nowMs }: DescribeOptions): readonly string[] {
  const rows = status.conditions.map((condition) => [
    condition.type,
    condition.status,
    condition.reason,
    ageText(condition.lastTransitionTime, nowMs),
    condition.message,
  ]);
  return section('Conditions', ['Type', 'Status', 'Reason', 'Since', 'Message'], rows, (cells) =>
    cells[1]!.startsWith('False') ? look.paint('bad', cells.join('  ')) : cells.join('  '),
  );
}

function drift(status: ServiceStatus, look: Look, { full }: DescribeOptions): readonly string[] {
  if (status.drift.length === 0) return [];
  return ['Differences (live -> manifest):', ...printDifferences(status.drift, look, { indent: 2, full })];
}

function events(status: ServiceStatus, look: Look, { nowMs, full }: DescribeOptions): readonly string[] {
  const shown = full ? status.events : status.events.slice(0, SHOWN_EVENTS);
  const rows = shown.map((event) => [event.type, event.reason, ageText(event.at, nowMs), event.message]);
  const hidden = status.events.length - shown.length;
  const tone: Tone = 'warning';
  return [
    ...section('Events', ['Type', 'Reason', 'Age', 'Message'], rows, (cells) =>
      cells[0]!.startsWith('Warning') ? look.paint(tone, cells.join('  ')) : cells.join('  '),
    ),
    ...(hidden > 0 ? [`  ${hidden} older: --full`] : []),
  ];
}

function section(
  title: string,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  dress: (cells: readonly string[]) => string,
): readonly string[] {
  if (rows.length === 0) return [`${`${title}:`.padEnd(14)}<none>`];
  const clean = rows.map((row) => row.map(oneLine));
  const widths = headers.map((header, index) => Math.max(header.length, ...clean.map((row) => row[index]!.length)));
  const padded = (row: readonly string[]): readonly string[] =>
    row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index]!)));
  return [`${title}:`, `  ${padded(headers).join('  ')}`, ...clean.map((row) => `  ${dress(padded(row))}`.trimEnd())];
}

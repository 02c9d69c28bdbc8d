import type { ApplyEvent, ApplyReport, ApplyResult } from '../app/program.ts';
import {
  actionText,
  activityText,
  outcomeMark,
  outcomeText,
  type Progress,
  progressText,
  type ServiceProgress,
  unfinished,
} from './progress-state.ts';
import type { Look } from './screen.ts';
import { displayName, durationText, stopwatchText, timeOfDay, truncate } from './text.ts';

const BAR_CELLS = 10;

/** The block that is redrawn: what has not ended, as much of it as `rows` allow, and how many more there are. */
export function printLiveBlock(
  progress: Progress,
  look: Look,
  at: { readonly nowMs: number; readonly rows: number },
): string {
  const running = unfinished(progress);
  const width = Math.max(0, ...running.map(({ key }) => displayName(key).length));
  const room = Math.max(1, Math.floor((at.rows - 2) / 2));
  const lines = running.slice(0, room).flatMap((service) => liveLines(service, look, width, at.nowMs));
  const hidden = running.length - room;
  return [...lines, ...(hidden > 0 ? [`  and ${hidden} more under way`] : [])].join('\n');
}

function liveLines(service: ServiceProgress, look: Look, width: number, nowMs: number): readonly string[] {
  const fit = (text: string): string => truncate(text, (look.columns ?? 80) - 1, look.symbols.ellipsis);
  const time = stopwatchText(nowMs - service.startedAtMs);
  const head = fit(
    `${look.symbols.running} ${displayName(service.key).padEnd(width)}  ${bar(service, look)}${time}  ${activityText(service)}`,
  );
  const event = service.lastEvent;
  if (event === undefined) return [head];
  return [head, look.paint('quiet', fit(`    ${timeOfDay(event.atMs)} ${event.message}`))];
}

function bar({ rollout }: ServiceProgress, look: Look): string {
  if (rollout === undefined || rollout.desired === 0) return '';
  const full = Math.min(BAR_CELLS, Math.floor((rollout.running / rollout.desired) * BAR_CELLS));
  return `${look.symbols.barFull.repeat(full)}${look.symbols.barEmpty.repeat(BAR_CELLS - full)}  `;
}

/** The line that stays when a write was made. */
export function printDone(event: Extract<ApplyEvent, { readonly kind: 'action-done' }>, look: Look): string {
  const mark = look.paint('good', look.symbols.done);
  return `${mark} ${displayName(event.key)}  ${actionText(event.action)}  ${durationText(event.seconds)}`;
}

/** The line that stays of what was told while a write was made. */
export function printProgress(event: Extract<ApplyEvent, { readonly kind: 'progress' }>, look: Look): string {
  return look.paint('quiet', `  ${displayName(event.key)}  ${progressText(event)}`);
}

/** The line that stays when a service has ended. */
export function printEnded(result: ApplyResult, look: Look): string {
  const [tone, mark] = outcomeMark(result.outcome, look.symbols);
  return `${look.paint(tone, mark)} ${displayName(result.key)}  ${outcomeText(result)}`;
}

/** Said when nothing has changed for a while, so that a CI system does not take the job for dead. */
export function printHeartbeat(progress: Progress, nowMs: number): string | undefined {
  const running = unfinished(progress);
  if (running.length === 0) return undefined;
  const shown = running.slice(0, 3).map((service) => {
    return `${displayName(service.key)} ${activityText(service)} (${durationText((nowMs - service.startedAtMs) / 1000)})`;
  });
  const more = running.length > shown.length ? `; and ${running.length - shown.length} more` : '';
  return `still under way: ${shown.join('; ')}${more}`;
}

/** `Applied: 1 created, 2 updated, 0 deleted in 3m16s.`, and what did not go well. */
export function applySummaryLine(report: ApplyReport): string {
  const of = (outcome: ApplyResult['outcome']): number =>
    report.results.filter((result) => result.outcome === outcome).length;
  const bad = (['rolled-back', 'failed', 'timed-out', 'error', 'refused', 'left'] as const)
    .filter((outcome) => of(outcome) > 0)
    .map((outcome) => `, ${of(outcome)} ${SHORT_WORDS[outcome]}`);
  const done = `${of('created')} created, ${of('updated')} updated, ${of('deleted')} deleted`;
  return `Applied: ${done}${bad.join('')} in ${durationText(report.seconds)}.`;
}

const SHORT_WORDS = {
  'rolled-back': 'rolled back',
  failed: 'failed',
  'timed-out': 'timed out',
  error: 'in error',
  refused: 'left alone',
  left: 'not waited for',
} as const;

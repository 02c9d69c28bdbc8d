import type { ApplyEvent, ApplyResult } from '../app/program.ts';
import type { Key } from '../manifest/key.ts';
import type { Action } from '../reconcile/plan.ts';
import type { RolloutStatus } from '../reconcile/status.ts';
import type { Tone } from './colour.ts';
import { rolloutMessage, rolloutWord } from './print-describe.ts';
import type { Symbols } from './symbols.ts';
import { durationText, oneLine, truncate } from './text.ts';

/** How far one service of an `apply` has come. */
export interface ServiceProgress {
  readonly key: Key;
  readonly startedAtMs: number;
  /** What is going on beside a rollout, as a clause. */
  readonly doing: string;
  readonly rollout?: RolloutStatus;
  readonly result?: ApplyResult;
  /** The newest thing ECS said. */
  readonly lastEvent?: { readonly atMs: number; readonly message: string };
}

export interface Progress {
  readonly services: ReadonlyMap<Key, ServiceProgress>;
}

export const NO_PROGRESS: Progress = { services: new Map() };

/** Takes one event in. Both displays are made from what this returns, so they cannot disagree. */
export function reduceProgress(progress: Progress, event: ApplyEvent, atMs: number): Progress {
  const before = progress.services.get(event.key) ?? { key: event.key, startedAtMs: atMs, doing: 'starting' };
  const after = reduceService(before, event, atMs);
  return { services: new Map(progress.services).set(event.key, after) };
}

function reduceService(before: ServiceProgress, event: ApplyEvent, atMs: number): ServiceProgress {
  switch (event.kind) {
    case 'action-started':
      return { ...before, doing: actionText(event.action) };
    case 'progress':
      return event.progress.kind === 'log' ? before : { ...before, doing: progressText(event) };
    case 'action-done':
      return { ...before, doing: `${actionText(event.action)}: done` };
    case 'rollout':
      return { ...before, rollout: event.rollout };
    case 'waiting':
      return { ...before, doing: `${WAITING}${oneLine(event.on)}` };
    case 'event':
      return { ...before, lastEvent: { atMs, message: oneLine(event.message) } };
    case 'ended':
      return { ...before, doing: outcomeText(event.result), result: event.result };
  }
}

/** The line that an event is worth, or undefined when nothing changed that a reader would want to know. */
export function lineOf(before: Progress, event: ApplyEvent, after: Progress): string | undefined {
  if (event.kind === 'action-started' || !isNews(before, event)) return undefined;
  if (event.kind === 'progress') return progressText(event);
  if (event.kind === 'action-done') return `${actionText(event.action)} (${durationText(event.seconds)})`;
  // Each kind is compared with the last of its own: rollout and waiting come in turns, and neither is news by that.
  const [was, is] = [before.services.get(event.key), after.services.get(event.key)];
  const text = (service: ServiceProgress | undefined): string | undefined => {
    if (event.kind === 'rollout') return service?.rollout && rolloutSentence(service.rollout);
    return event.kind === 'event' ? service?.lastEvent?.message : service?.doing;
  };
  return text(was) === text(is) ? undefined : text(is);
}

/** All that is going on with one service, on one line. */
export function activityText({ rollout, doing, result }: ServiceProgress): string {
  if (rollout === undefined || result !== undefined) return doing;
  return doing.startsWith(WAITING) ? `${rolloutSentence(rollout)}, ${doing}` : rolloutSentence(rollout);
}

const WAITING = 'waiting for ';

/** A service that was found as it should be, with nothing to wait for, is counted and not listed. */
export function isNews(before: Progress, event: ApplyEvent): boolean {
  return event.kind !== 'ended' || event.result.outcome !== 'unchanged' || before.services.has(event.key);
}

export function actionText(action: Action): string {
  return oneLine(`${action.verb} ${action.resource.replaceAll('-', ' ')} ${action.target}`);
}

/** `image: step 3/9 RUN …`; a line of a log is marked as one. */
export function progressText({ action, progress }: Extract<ApplyEvent, { readonly kind: 'progress' }>): string {
  const mark = progress.kind === 'log' ? ' |' : ':';
  return truncate(`${action.resource}${mark} ${oneLine(progress.message)}`, PROGRESS_WIDTH, '...');
}

/** Commands of a Dockerfile can be long, and their beginning says which one it is. */
const PROGRESS_WIDTH = 160;

/** `rollout in progress: 1 of 2 running, 1 pending` */
export function rolloutSentence(rollout: RolloutStatus): string {
  const pending = rollout.pending > 0 ? `, ${rollout.pending} pending` : '';
  const failed = rollout.failed > 0 ? `, ${rollout.failed} failed` : '';
  const message = rolloutMessage(rollout);
  const said = message === '' ? '' : ` (${message})`;
  return `rollout ${rolloutWord(rollout.state)}: ${rollout.running} of ${rollout.desired} running${pending}${failed}${said}`;
}

export function outcomeText(result: ApplyResult): string {
  const revision = result.revision === undefined ? '' : `, ${result.revision}`;
  const message = result.message === '' ? '' : `: ${oneLine(result.message)}`;
  return `${OUTCOME_WORDS[result.outcome]}${revision}${message} (${durationText(result.seconds)})`;
}

const OUTCOME_WORDS: Readonly<Record<ApplyResult['outcome'], string>> = {
  unchanged: 'unchanged',
  created: 'created',
  updated: 'updated',
  deleted: 'deleted',
  left: 'sent, not waited for',
  refused: 'left alone',
  'rolled-back': 'ROLLED BACK to the old revision',
  failed: 'FAILED, not rolled back',
  'timed-out': 'TIMED OUT, outcome unknown',
  error: 'ERROR',
};

export function isBad(outcome: ApplyResult['outcome']): boolean {
  return outcome === 'rolled-back' || outcome === 'failed' || outcome === 'timed-out' || outcome === 'error';
}

export function outcomeMark(outcome: ApplyResult['outcome'], symbols: Symbols): readonly [Tone, string] {
  if (isBad(outcome)) return ['bad', symbols.failed];
  return outcome === 'refused' || outcome === 'left' ? ['warning', symbols.warning] : ['good', symbols.done];
}

/** Services that have not ended, in the order they began. */
export function unfinished(progress: Progress): readonly ServiceProgress[] {
  return [...progress.services.values()].filter((service) => service.result === undefined);
}

import type { Clock } from '../lib/clock.ts';
import type { Key } from '../manifest/key.ts';
import type { Action } from '../reconcile/plan.ts';
import type { ActionProgress } from '../reconcile/progress.ts';
import type { RolloutStatus, ServiceStatus, StatusEvent } from '../reconcile/status.ts';
import { withEvents } from '../reconcile/update-status.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export type EventListener = (key: Key, event: StatusEvent) => void;

export interface NarratorParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onEvent: EventListener;
}

const PAST: Readonly<Record<Action['verb'], string>> = {
  create: 'Created',
  update: 'Updated',
  delete: 'Deleted',
  register: 'Registered',
  deregister: 'Deregistered',
  tag: 'Tagged',
  untag: 'Untagged',
  adopt: 'Adopted',
  mark: 'Remembered',
  build: 'Built',
};
/** How a rollout that is over counts in the metrics. */
const RESULTS = {
  Succeeded: 'succeeded',
  RolledBack: 'rolled_back',
  Failed: 'failed',
  TimedOut: 'timeout',
} as const;

/** Turns what passes do and find into events, log lines and rollout metrics. */
export class Narrator {
  readonly #parts: NarratorParts;
  /** Of passes that have not written their status yet. */
  readonly #pending = new Map<Key, StatusEvent[]>();

  constructor(parts: NarratorParts) {
    this.#parts = parts;
  }

  action(key: Key, phase: 'started' | 'done', action: Action): void {
    const { log } = this.#parts;
    const fields = {
      key,
      resource: action.resource,
      verb: action.verb,
      target: action.target,
      because: action.because,
    };
    if (phase === 'started') {
      log.debug('action.started', fields);
      return;
    }
    log.info('action.done', fields);
    this.#note(key, 'Normal', PAST[action.verb], `${action.resource} ${action.target}: ${action.because}`);
  }

  /** Steps are for those who look closely; of results and of the log of a failure everybody hears. */
  progress(key: Key, { resource, verb, target }: Action, { kind, message }: ActionProgress): void {
    const { log } = this.#parts;
    const fields = { key, resource, verb, target, kind, said: message };
    if (kind === 'step') log.debug('action.progress', fields);
    else log.info('action.progress', fields);
    if (kind === 'result') this.#note(key, 'Normal', 'Progress', `${resource} ${target}: ${message}`);
  }

  /** The status to keep: with the events that led to it. */
  status(before: ServiceStatus | undefined, after: ServiceStatus): ServiceStatus {
    this.#readiness(before, after);
    this.#rollout(before, after);
    const events = this.#pending.get(after.key) ?? [];
    this.#pending.delete(after.key);
    return withEvents(after, events.toReversed());
  }

  removed(status: ServiceStatus): void {
    this.#pending.delete(status.key);
    this.#parts.log.info('manifest.removed', { key: status.key, ecs_cluster: status.cluster, name: status.service });
  }

  #readiness(before: ServiceStatus | undefined, after: ServiceStatus): void {
    const ready = after.conditions.find((condition) => condition.type === 'Ready');
    const past = before?.conditions.find((condition) => condition.type === 'Ready');
    if (ready === undefined || (past?.status === ready.status && past.reason === ready.reason)) return;
    if (ready.status === 'True') this.#note(after.key, 'Normal', 'Ready', ready.message);
    else if (ready.reason !== 'Waiting') this.#note(after.key, 'Warning', ready.reason, ready.message);
  }

  #rollout(before: ServiceStatus | undefined, after: ServiceStatus): void {
    const { rollout, key } = after;
    if (rollout === undefined || isSameRollout(before?.rollout, rollout)) return;
    const { log, metrics, clock } = this.#parts;
    const fields = { key, deployment: rollout.deploymentId, revision: rollout.revision };
    if (rollout.state === 'InProgress') {
      log.info('rollout.started', fields);
      this.#note(key, 'Normal', 'RolloutStarted', `revision ${rollout.revision ?? '?'}`);
      return;
    }
    const result = rollout.state in RESULTS ? RESULTS[rollout.state as keyof typeof RESULTS] : undefined;
    // A rollout that was over before this process first looked is no news.
    if (result === undefined || before?.rollout === undefined) return;
    const seconds = rollout.startedAt === undefined ? 0 : (clock.now() - Date.parse(rollout.startedAt)) / 1000;
    metrics.rolloutEnded({ key, result, seconds: Math.max(0, seconds) });
    log.info('rollout.ended', { ...fields, result, seconds });
    const type = rollout.state === 'Succeeded' ? 'Normal' : 'Warning';
    this.#note(key, type, `Rollout${rollout.state}`, rollout.message);
  }

  #note(key: Key, type: StatusEvent['type'], reason: string, message: string): void {
    const event: StatusEvent = { at: new Date(this.#parts.clock.now()).toISOString(), type, reason, message };
    const pending = this.#pending.get(key) ?? [];
    pending.push(event);
    this.#pending.set(key, pending);
    this.#parts.onEvent(key, event);
  }
}

function isSameRollout(before: RolloutStatus | undefined, after: RolloutStatus): boolean {
  return before?.state === after.state && before.deploymentId === after.deploymentId;
}

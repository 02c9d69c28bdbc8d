import type { Gateways } from '../aws/gateway.ts';
import { exponentialBackoff } from '../engine/backoff.ts';
import { type Controller, type PassEnd, WorkerController } from '../engine/controller.ts';
import { KeyedQueue } from '../engine/queue.ts';
import type { Check } from '../http/checks.ts';
import type { ReadModel } from '../http/routes.ts';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import { DeletionGuard } from '../reconcile/deletion-guard.ts';
import type { Link } from '../reconcile/link.ts';
import { ServiceReconciler, type Wanted } from '../reconcile/reconciler.ts';
import type { LiveService } from '../reconcile/resource.ts';
import { initialStatus } from '../reconcile/update-status.ts';
import type { Source, SourceSink } from '../source/source.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Config } from './config.ts';
import { judgeError } from './judge-error.ts';
import { type EventListener, Narrator } from './narrator.ts';
import { StatusMemory } from './status-memory.ts';
import { UnclaimedServices } from './unclaimed-services.ts';

export interface KeeperParts {
  readonly config: Config;
  readonly chain: readonly Link[];
  readonly gateways: Gateways;
  readonly source: Source;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onEvent?: EventListener;
  /** Where the relative paths of a manifest begin; absent: no files stand behind the manifests. */
  readonly directoryOf?: (loaded: LoadedManifest) => string;
  /** Forgets that the wanted revision's rollout has failed. */
  readonly forgetFailure: (loaded: LoadedManifest, signal: AbortSignal) => Promise<unknown>;
}

/** A pass that hangs for this long past its timeout means the program no longer works. */
const LIVENESS_SLACK_MS = 60_000;
const SHOWN_UNCLAIMED = 10;

/** The controller of the daemon: a source on one side, the chain on the other, a queue of keys in between. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #queue: KeyedQueue<Key>;
  readonly #controller: Controller;
  readonly #statuses: StatusMemory;
  readonly #unclaimed: UnclaimedServices;
  #looking: Promise<void> | undefined;
  /** Keys of which a person wants the failed rollout tried again. */
  readonly #retried = new Set<Key>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const { config, clock, random, metrics, log, source, chain, gateways } = parts;
    const narrator = new Narrator({ clock, log, metrics, onEvent: parts.onEvent ?? (() => undefined) });
    this.#statuses = new StatusMemory(
      (before, after) => narrator.status(before, after),
      (status) => narrator.removed(status),
    );
    const figures = metrics.queue('services', () => {
      const { ready, unfinishedSeconds, longestRunningSeconds } = this.#queue.stats();
      return { ready, unfinishedSeconds, longestRunningSeconds };
    });
    this.#queue = new KeyedQueue({ clock, backoff: exponentialBackoff(random), observer: figures });
    const reconciler = new ServiceReconciler({
      chain,
      wanted: (key) => wantedBy(source, key),
      book: this.#statuses,
      guard: new DeletionGuard(clock),
      vanished: () => source.snapshot().vanishedLastHour,
      clock,
      judge: judgeError,
      resyncMs: config.resyncMs,
      prune: config.prune,
      ...(parts.directoryOf === undefined ? {} : { directoryOf: parts.directoryOf }),
      prepare: async (loaded, signal) => {
        if (!this.#retried.has(loaded.key)) return;
        await parts.forgetFailure(loaded, signal);
        this.#retried.delete(loaded.key);
      },
      onAction: (key, phase, action) => narrator.action(key, phase, action),
      onProgress: (key, action, progress) => narrator.progress(key, action, progress),
    });
    this.#unclaimed = new UnclaimedServices({
      gateways,
      controllerId: config.controllerId,
      region: config.region,
      source,
      clock,
      random,
      log,
      onBegun: (last, live) => this.#resume(last, live),
    });
    this.#controller = new WorkerController({
      queue: this.#queue,
      reconciler,
      clock,
      random,
      workers: config.workers,
      passTimeoutMs: config.passTimeoutMs,
      graceMs: config.shutdownGraceMs,
      classifyError: (error) => judgeError(error).reason,
      sync: async (signal) => {
        await source.start(this.#sink(), signal);
        this.#looking = this.#unclaimed.run(signal);
      },
      observer: {
        passStarted: () => metrics.controller.passStarted(),
        passEnded: (pass) => {
          metrics.controller.passEnded(pass);
          logPass(log, pass.key, pass.end, pass.seconds);
        },
        stateChanged: (state) => log.info('controller.state', { state }),
        abandoned: (keys) => log.warn('pass.abandoned', { keys }),
      },
    });
    metrics.watchServices(() => this.#statuses.all());
  }

  /** Runs until `signal` aborts, then drains. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#controller.run(signal);
    } finally {
      await this.#looking;
    }
  }

  /** Services of this controller that no manifest names, as last seen: `region cluster/service`. */
  get unclaimed(): readonly string[] {
    return this.#unclaimed.found;
  }

  get statuses(): StatusMemory {
    return this.#statuses;
  }

  /** What the HTTP API shows. */
  readModel(): ReadModel {
    const { metrics } = this.#parts;
    return {
      services: () => this.#statuses.all(),
      service: (key) => this.#statuses.get(key),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.render() }),
      live: () => [this.#liveness()],
      ready: () => this.#readiness(),
      reconcile: (key, { retry }) => {
        if (retry) this.#retried.add(key);
        this.#queue.add(key);
      },
    };
  }

  /** An earlier process had all the proof of a deletion and began it; the absence is proved anew before it goes on. */
  #resume(last: LoadedManifest, live: LiveService): void {
    const { source, clock, log } = this.#parts;
    if (this.#statuses.get(last.key) !== undefined) return;
    const status = initialStatus(last, new Date(clock.now()).toISOString());
    this.#statuses.put({ ...status, account: live.account, serviceArn: live.arn, serviceCreatedAt: live.createdAt });
    source.recall(last);
    this.#queue.add(last.key);
    log.info('deletion.resumed', { key: last.key, ecs_cluster: status.cluster, name: status.service });
  }

  #liveness(): Check {
    const lateMs = this.#parts.clock.elapsed() - this.#controller.lastProgress();
    return {
      name: 'controller',
      ok: lateMs < LIVENESS_SLACK_MS && this.#controller.state !== 'failed',
      detail: this.#controller.state,
    };
  }

  #readiness(): readonly Check[] {
    const { source, clock } = this.#parts;
    const { status, keys, rejected, takenAt, reason } = source.snapshot();
    const { ready, delayed, running } = this.#queue.stats();
    const age = Math.max(0, Math.round((clock.now() - takenAt) / 1000));
    const detail =
      status === 'failed'
        ? (reason ?? 'not read yet')
        : `${keys} manifests, ${rejected} files with errors, read ${age}s ago`;
    return [
      { name: 'source', ok: status !== 'failed', detail },
      { name: 'controller', ok: this.#controller.state === 'running', detail: this.#controller.state },
      { name: 'queue', ok: true, detail: `ready ${ready}, running ${running}, delayed ${delayed}` },
      ...this.#left(),
    ];
  }

  /** No reason not to be ready, and nothing to keep quiet about. */
  #left(): readonly Check[] {
    const left = this.unclaimed;
    if (left.length === 0) return [];
    const shown = `${left.slice(0, SHOWN_UNCLAIMED).join(', ')}${left.length > SHOWN_UNCLAIMED ? ', …' : ''}`;
    return [{ name: 'unclaimed', ok: true, detail: `${left.length} services without a manifest: ${shown}` }];
  }

  #sink(): SourceSink {
    const { log, metrics, source } = this.#parts;
    const figures = metrics.source(source.name, () => source.snapshot());
    return {
      changed: (key) => this.#queue.add(key),
      rejected: (origin, errors) => {
        figures.rejected(errors);
        log.warn('manifest.rejected', {
          origin,
          errors: errors.map(({ line, column, path, message }) => ({ line, column, path, message })),
        });
      },
      recovered: (origin) => log.info('manifest.recovered', { origin }),
      warned: (origin, warnings) =>
        log.warn('manifest.warned', { origin, warnings: warnings.map(({ line, message }) => ({ line, message })) }),
      stale: (error) => log.warn('source.stale', { source: source.name, error: toError(error) }),
      degraded: (reason) => {
        if (reason === undefined) log.info('source.recovered', { source: source.name });
        else log.warn('source.degraded', { source: source.name, reason });
      },
    };
  }
}

function wantedBy(source: Source, key: Key): Wanted {
  const desired = source.get(key);
  switch (desired.kind) {
    case 'wanted':
      return { kind: 'wanted', loaded: desired.loaded };
    case 'deleted':
      return { kind: 'deleted', last: desired.last };
    case 'unknown':
      return { kind: 'unknown', reason: desired.reason };
  }
}

function logPass(log: Log, key: Key, end: PassEnd, seconds: number): void {
  switch (end.kind) {
    case 'settled':
      log.debug('pass.settled', { key, seconds });
      return;
    case 'waiting':
      log.debug('pass.waiting', { key, seconds, on: end.on });
      return;
    case 'blocked':
      log.debug('pass.blocked', { key, seconds, reason: end.reason, message: end.message });
      return;
    case 'gone':
      log.info('pass.gone', { key, seconds });
      return;
    case 'failed':
      log.warn('pass.failed', { key, seconds, reason: end.reason, error: end.error, againMs: end.againMs });
      return;
    case 'cancelled':
      log.debug('pass.cancelled', { key, seconds });
  }
}

import { collectDefaultMetrics } from 'prom-client';
import { ERROR_REASONS, METRICS } from './catalog.ts';
import { Instruments, LabelBound } from './instruments.ts';
import { ServiceMetrics, type ServiceSnapshot } from './service-metrics.ts';

export interface MetricsOptions {
  readonly version: string;
  readonly commit: string;
  /** How many passes may run at once. */
  readonly workers: number;
  /** False leaves out what prom-client says about the process. */
  readonly processMetrics?: boolean;
}

export interface QueueFigures {
  readonly ready: number;
  readonly unfinishedSeconds: number;
  readonly longestRunningSeconds: number;
}

/** What is known of a source. A snapshot of the source fits. */
export interface SourceFigures {
  readonly status: string;
  readonly keys: number;
  readonly rejected: number;
  /** Epoch milliseconds */
  readonly takenAt: number;
}

export interface AwsOperation {
  /** `ecs`, `logs`, … */
  readonly api: string;
  readonly operation: string;
}

/** Counts what the others report. The members fit the observer interfaces that engine, aws and http declare. */
export interface Metrics {
  readonly contentType: string;
  /** The text that Prometheus reads. */
  render(): Promise<string>;

  readonly controller: {
    passStarted(): void;
    passEnded(pass: {
      readonly key: string;
      readonly result: string;
      readonly seconds: number;
      readonly end: { readonly kind: string; readonly reason?: string };
    }): void;
  };
  /** One per queue; reads `figures` at every scrape. */
  queue(
    name: string,
    figures: () => QueueFigures,
  ): { added(): void; taken(waitedSeconds: number): void; finished(ranSeconds: number): void; retried(): void };
  /** Where to find the services, at every scrape. */
  watchServices(services: () => Iterable<ServiceSnapshot>): void;
  rolloutEnded(rollout: {
    readonly key: string;
    readonly result: (typeof METRICS.rolloutTotal.values.result)[number];
    readonly seconds: number;
  }): void;
  /** One per source; reads `figures` at every scrape. */
  source(
    name: string,
    figures: () => SourceFigures,
  ): { rejected(errors: readonly { readonly severity: string; readonly reason: string }[]): void };
  leads(lease: string, leading: boolean): void;

  readonly aws: {
    /** One attempt; `code` is an error code, or OK. */
    callEnded(call: AwsOperation & { readonly code: string; readonly seconds: number }): void;
    retried(operation: AwsOperation): void;
    throttled(operation: AwsOperation): void;
    limiterWaited(wait: AwsOperation & { readonly seconds: number }): void;
  };
  readonly http: {
    served(request: {
      readonly method: string;
      readonly route: string;
      readonly status: number;
      readonly seconds: number;
    }): void;
  };
}

/** Gauges of prom-client 15 whose names end in `_total`, which only counters may. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
/** AWS has some hundred error codes; those we meet are few. */
const MAX_ERROR_CODES = 60;

/** Metrics in a registry of their own: nothing is shared between two of them. */
export function createMetrics(options: MetricsOptions): Metrics {
  const make = new Instruments();
  if (options.processMetrics !== false) addProcessMetrics(make);
  make
    .gauge(METRICS.buildInfo)
    .set({ version: options.version, commit: options.commit, node_version: process.version }, 1);
  const services = new ServiceMetrics(make);
  const queues = queueMetrics(make);
  const sources = sourceMetrics(make);
  const leader = make.gauge(METRICS.leader);
  const leaderElection = make.gauge(METRICS.leaderElection);
  const rolloutDuration = make.histogram(METRICS.rolloutDuration);
  return {
    contentType: make.registry.contentType,
    async render() {
      services.refresh();
      queues.refresh();
      sources.refresh();
      return make.registry.metrics();
    },
    controller: controllerMetrics(make, services, options.workers),
    queue: queues.queue,
    watchServices: (supplier) => services.watch(supplier),
    rolloutEnded({ key, result, seconds }) {
      services.rolloutEnded(key, result);
      rolloutDuration.observe({ result }, seconds);
    },
    source: sources.source,
    leads(name, leading) {
      leader.set({ name }, Number(leading));
      leaderElection.set({ name }, Number(leading));
    },
    aws: awsMetrics(make),
    http: httpMetrics(make),
  };
}

function addProcessMetrics({ registry }: Instruments): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}

function controllerMetrics(make: Instruments, services: ServiceMetrics, workers: number): Metrics['controller'] {
  const errors = make.counter(METRICS.reconcileErrors);
  const duration = make.histogram(METRICS.reconcileDuration);
  const active = make.gauge(METRICS.activeWorkers);
  make.gauge(METRICS.maxConcurrentReconciles).set(workers);
  const reasons: readonly string[] = ERROR_REASONS;
  return {
    passStarted: () => active.inc(),
    passEnded({ key, result, seconds, end }) {
      active.dec();
      duration.observe({ result }, seconds);
      services.passEnded(key, result);
      if (end.kind !== 'failed') return;
      errors.inc({ reason: end.reason !== undefined && reasons.includes(end.reason) ? end.reason : 'Internal' });
    },
  };
}

function queueMetrics(make: Instruments): Pick<Metrics, 'queue'> & { refresh(): void } {
  const depth = make.gauge(METRICS.queueDepth);
  const adds = make.counter(METRICS.queueAdds);
  const retries = make.counter(METRICS.queueRetries);
  const waiting = make.histogram(METRICS.queueDuration);
  const working = make.histogram(METRICS.queueWork);
  const unfinished = make.gauge(METRICS.queueUnfinished);
  const longest = make.gauge(METRICS.queueLongest);
  const queues = new Map<string, () => QueueFigures>();
  return {
    refresh() {
      for (const [name, figures] of queues) {
        const { ready, unfinishedSeconds, longestRunningSeconds } = figures();
        depth.set({ name }, ready);
        unfinished.set({ name }, unfinishedSeconds);
        longest.set({ name }, longestRunningSeconds);
      }
    },
    queue(name, figures) {
      queues.set(name, figures);
      adds.inc({ name }, 0);
      retries.inc({ name }, 0);
      waiting.zero({ name });
      working.zero({ name });
      return {
        added: () => adds.inc({ name }),
        taken: (seconds) => waiting.observe({ name }, seconds),
        finished: (seconds) => working.observe({ name }, seconds),
        retried: () => retries.inc({ name }),
      };
    },
  };
}

function sourceMetrics(make: Instruments): Pick<Metrics, 'source'> & { refresh(): void } {
  const loaded = make.gauge(METRICS.manifestsLoaded);
  const rejected = make.gauge(METRICS.manifestFilesRejected);
  const errors = make.counter(METRICS.manifestErrors);
  const lastSync = make.gauge(METRICS.sourceLastSync);
  const sources = new Map<string, () => SourceFigures>();
  const reasons: readonly string[] = METRICS.manifestErrors.values.reason;
  return {
    refresh() {
      for (const [source, figures] of sources) {
        const { status, keys, rejected: files, takenAt } = figures();
        loaded.set({ source }, keys);
        rejected.set({ source }, files);
        // A reading that failed is no reading: the time stays, and its age is what alerts look at.
        if (status !== 'failed' && takenAt > 0) lastSync.set({ source }, takenAt / 1_000);
      }
    },
    source(source, figures) {
      sources.set(source, figures);
      for (const reason of reasons) errors.inc({ source, reason }, 0);
      return {
        rejected(found) {
          for (const { severity, reason } of found) {
            if (severity === 'error') errors.inc({ source, reason: reasons.includes(reason) ? reason : 'semantic' });
          }
        },
      };
    },
  };
}

function awsMetrics(make: Instruments): Metrics['aws'] {
  const requests = make.counter(METRICS.awsRequests);
  const duration = make.histogram(METRICS.awsDuration);
  const retries = make.counter(METRICS.awsRetries);
  const throttles = make.counter(METRICS.awsThrottles);
  const limiter = make.histogram(METRICS.awsLimiterWait);
  const codes = new LabelBound(MAX_ERROR_CODES);
  return {
    callEnded({ api, operation, code, seconds }) {
      requests.inc({ api, operation, code: codes.limit(code) });
      duration.observe({ api, operation }, seconds);
    },
    retried: ({ api, operation }) => retries.inc({ api, operation }),
    throttled: ({ api, operation }) => throttles.inc({ api, operation }),
    limiterWaited: ({ api, seconds }) => limiter.observe({ api }, seconds),
  };
}

function httpMetrics(make: Instruments): Metrics['http'] {
  const requests = make.counter(METRICS.httpRequests);
  const duration = make.histogram(METRICS.httpDuration);
  return {
    served({ method, route, status, seconds }) {
      requests.inc({ method, route, code: String(status) });
      duration.observe({ method, route }, seconds);
    },
  };
}

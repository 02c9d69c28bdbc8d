import { METRICS } from './catalog.ts';
import type { Instruments } from './instruments.ts';

/** What the metrics show of one managed service. A service status of the reconciler fits. */
export interface ServiceSnapshot {
  readonly key: string;
  readonly cluster: string;
  /** Name of the ECS service: unique in its cluster, which the name of the manifest is not. */
  readonly service: string;
  readonly region: string;
  readonly mode: string;
  readonly suspended: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly sync: string;
  readonly health: string;
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
  readonly desired?: number;
  readonly running?: number;
  readonly pending?: number;
  readonly drift: readonly unknown[];
  readonly rollout?: { readonly state: string; readonly startedAt?: string };
  /** ISO 8601 */
  readonly lastSuccessAt?: string;
}

interface ServiceLabels {
  readonly ecs_cluster: string;
  readonly name: string;
}

/**
 * Everything that has one series per service. Gauges are made anew at each scrape and counters of services that are
 * no longer there are dropped, so that the series of a deleted service vanish.
 */
export class ServiceMetrics {
  readonly #gauges;
  readonly #reconciles;
  readonly #rollouts;
  /** Labels under which the counters of a key are kept. */
  readonly #counted = new Map<string, ServiceLabels>();
  #services: () => Iterable<ServiceSnapshot> = () => [];

  constructor(make: Instruments) {
    this.#gauges = {
      info: make.gauge(METRICS.serviceInfo),
      condition: make.gauge(METRICS.serviceCondition),
      sync: make.gauge(METRICS.serviceSync),
      health: make.gauge(METRICS.serviceHealth),
      generation: make.gauge(METRICS.serviceGeneration),
      observed: make.gauge(METRICS.serviceObservedGeneration),
      desired: make.gauge(METRICS.tasksDesired),
      running: make.gauge(METRICS.tasksRunning),
      pending: make.gauge(METRICS.tasksPending),
      drifted: make.gauge(METRICS.driftedFields),
      rolling: make.gauge(METRICS.rolloutInProgress),
      rolloutStart: make.gauge(METRICS.rolloutStart),
      lastSuccess: make.gauge(METRICS.reconcileLastSuccess),
    };
    this.#reconciles = make.counter(METRICS.reconcileTotal);
    this.#rollouts = make.counter(METRICS.rolloutTotal);
  }

  /** Where to find the services, at every scrape. */
  watch(services: () => Iterable<ServiceSnapshot>): void {
    this.#services = services;
  }

  /** Brings the series in line with the services there are now. */
  refresh(): void {
    for (const gauge of Object.values(this.#gauges)) gauge.reset();
    const there = new Map<string, ServiceLabels>();
    for (const service of this.#services()) {
      const labels = labelsOf(service);
      there.set(service.key, labels);
      this.#show(service, labels);
    }
    for (const [key, labels] of this.#counted) if (!isSame(there.get(key), labels)) this.#drop(key, labels);
    for (const [key, labels] of there) this.#begin(key, labels);
  }

  /** Counts a pass over a service there is; a pass over one that is not has no labels to be counted under. */
  passEnded(key: string, result: string): void {
    const labels = this.#labels(key);
    if (labels !== undefined) this.#reconciles.inc({ ...labels, result });
  }

  /** As `passEnded`, for a rollout. */
  rolloutEnded(key: string, result: string): void {
    const labels = this.#labels(key);
    if (labels !== undefined) this.#rollouts.inc({ ...labels, result });
  }

  #labels(key: string): ServiceLabels | undefined {
    if (!this.#counted.has(key)) {
      for (const service of this.#services()) if (service.key === key) this.#begin(key, labelsOf(service));
    }
    return this.#counted.get(key);
  }

  #show(service: ServiceSnapshot, labels: ServiceLabels): void {
    const gauges = this.#gauges;
    const { key, region, mode } = service;
    gauges.info.set({ ...labels, key, region, mode, suspended: String(service.suspended) }, 1);
    for (const status of METRICS.serviceSync.values.status) {
      gauges.sync.set({ ...labels, status }, Number(status === service.sync));
    }
    for (const status of METRICS.serviceHealth.values.status) {
      gauges.health.set({ ...labels, status }, Number(status === service.health));
    }
    for (const condition of service.conditions) {
      for (const status of METRICS.serviceCondition.values.status) {
        const set = { ...labels, type: condition.type, status };
        gauges.condition.set(set, Number(status === condition.status));
      }
    }
    gauges.generation.set(labels, service.generation);
    gauges.observed.set(labels, service.observedGeneration);
    gauges.drifted.set(labels, service.drift.length);
    this.#showTasks(service, labels);
    this.#showTimes(service, labels);
  }

  /** What is not known has no series: 0 would be a statement. */
  #showTasks({ desired, running, pending }: ServiceSnapshot, labels: ServiceLabels): void {
    if (desired !== undefined) this.#gauges.desired.set(labels, desired);
    if (running !== undefined) this.#gauges.running.set(labels, running);
    if (pending !== undefined) this.#gauges.pending.set(labels, pending);
  }

  #showTimes({ rollout, lastSuccessAt }: ServiceSnapshot, labels: ServiceLabels): void {
    const rolling = rollout?.state === 'InProgress' || rollout?.state === 'RollingBack';
    this.#gauges.rolling.set(labels, Number(rolling));
    const startedAt = secondsOf(rollout?.startedAt);
    if (rolling && startedAt !== undefined) this.#gauges.rolloutStart.set(labels, startedAt);
    const lastSuccess = secondsOf(lastSuccessAt);
    if (lastSuccess !== undefined) this.#gauges.lastSuccess.set(labels, lastSuccess);
  }

  #begin(key: string, labels: ServiceLabels): void {
    if (this.#counted.has(key)) return;
    this.#counted.set(key, labels);
    for (const result of METRICS.reconcileTotal.values.result) this.#reconciles.inc({ ...labels, result }, 0);
    for (const result of METRICS.rolloutTotal.values.result) this.#rollouts.inc({ ...labels, result }, 0);
  }

  #drop(key: string, labels: ServiceLabels): void {
    this.#counted.delete(key);
    for (const result of METRICS.reconcileTotal.values.result) this.#reconciles.remove({ ...labels, result });
    for (const result of METRICS.rolloutTotal.values.result) this.#rollouts.remove({ ...labels, result });
  }
}

function labelsOf({ cluster, service }: ServiceSnapshot): ServiceLabels {
  return { ecs_cluster: cluster, name: service };
}

function isSame(a: ServiceLabels | undefined, b: ServiceLabels): boolean {
  return a?.ecs_cluster === b.ecs_cluster && a.name === b.name;
}

function secondsOf(iso: string | undefined): number | undefined {
  const ms = Date.parse(iso ?? '');
  return Number.isNaN(ms) ? undefined : ms / 1_000;
}

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricSpec } from './catalog.ts';

type Label<Spec extends MetricSpec> = Spec['labels'][number];

/** Makes prom-client instruments from the catalog, all in one registry of its own. */
export class Instruments {
  readonly registry = new Registry();

  counter<const Spec extends MetricSpec & { readonly type: 'counter' }>(spec: Spec): Counter<Label<Spec>> {
    const counter = new Counter({ ...this.#options(spec) });
    for (const labels of knownLabelSets(spec)) counter.inc(labels, 0);
    return counter;
  }

  gauge<const Spec extends MetricSpec & { readonly type: 'gauge' }>(spec: Spec): Gauge<Label<Spec>> {
    return new Gauge({ ...this.#options(spec) });
  }

  histogram<const Spec extends MetricSpec & { readonly type: 'histogram' }>(spec: Spec): Histogram<Label<Spec>> {
    const histogram = new Histogram({ ...this.#options(spec), buckets: [...(spec.buckets ?? [])] });
    for (const labels of knownLabelSets(spec)) histogram.zero(labels);
    return histogram;
  }

  #options<Spec extends MetricSpec>(spec: Spec) {
    const labelNames: Label<Spec>[] = [...spec.labels];
    return { name: spec.name, help: spec.help, labelNames, registers: [this.registry] };
  }
}

/**
 * Every combination of label values, when all are known beforehand; else none. Starting at 0 matters, because
 * `increase()` does not see the first event of a series that began with it.
 */
function knownLabelSets<Spec extends MetricSpec>({ labels, values = {} }: Spec): Record<Label<Spec>, string>[] {
  let sets: Record<string, string>[] = [{}];
  for (const label of labels) {
    sets = sets.flatMap((set) => (values[label] ?? []).map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}

/** Lets a bounded number of different values through and calls the rest `other`, so that no label can grow for ever. */
export class LabelBound {
  readonly #max: number;
  readonly #seen = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  limit(value: string): string {
    if (this.#seen.has(value)) return value;
    if (this.#seen.size >= this.#max) return 'other';
    this.#seen.add(value);
    return value;
  }
}

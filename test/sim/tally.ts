import type { Job } from './jobs.ts';
import type { Verdict } from './judge.ts';
import { isKnown } from './known.ts';

export interface Failure {
  readonly job: Job;
  readonly invariant: string;
  readonly message: string;
}

/** What a worker reports: plain data. */
export interface Tally {
  readonly runs: number;
  readonly steps: number;
  readonly virtualMs: number;
  readonly twice: number;
  readonly cpuMs: number;
  readonly byMode: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: number;
  /** Of bugs that are known and open. */
  readonly known: number;
  /** The first of each kind. */
  readonly failures: readonly Failure[];
}

const MAX_FAILURES = 40;

/** Adds up verdicts. */
export class Counter {
  #runs = 0;
  #steps = 0;
  #virtualMs = 0;
  #twice = 0;
  #violations = 0;
  #known = 0;
  readonly #byMode = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #failures = new Map<string, Failure>();

  add(name: string, job: Job, { run, violations }: Verdict): void {
    this.#runs++;
    this.#steps += run.steps;
    this.#virtualMs += run.virtualMs;
    increase(this.#byMode, name);
    for (const { fault } of run.trace.of('fault')) increase(this.#faults, fault);
    for (const [kind, times] of run.injected) increase(this.#faults, `world-${kind}`, times);
    for (const life of run.trace.of('life')) if (life.what === 'crash') increase(this.#faults, 'crash');
    const faults = run.trace.of('fault').map(({ fault }) => fault);
    for (const violation of violations) {
      if (isKnown(job, faults, violation)) this.#known++;
      else this.fail({ job, invariant: violation.id, message: violation.message });
    }
  }

  fail(failure: Failure): void {
    this.#violations++;
    const kind = `${failure.job.scenario} ${failure.invariant} ${failure.message.replaceAll(/\d+/g, '#').slice(0, 60)}`;
    if (!this.#failures.has(kind) && this.#failures.size < MAX_FAILURES) this.#failures.set(kind, failure);
  }

  ranTwice(): void {
    this.#twice++;
  }

  tally(): Tally {
    const { user, system } = process.cpuUsage();
    return {
      runs: this.#runs,
      steps: this.#steps,
      virtualMs: this.#virtualMs,
      twice: this.#twice,
      cpuMs: (user + system) / 1000,
      byMode: Object.fromEntries(this.#byMode),
      faults: Object.fromEntries(this.#faults),
      violations: this.#violations,
      known: this.#known,
      failures: [...this.#failures.values()],
    };
  }
}

function increase(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

export function joined(tallies: readonly Tally[]): Tally {
  const sum = (pick: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + pick(tally), 0);
  const merged = (pick: (tally: Tally) => Readonly<Record<string, number>>): Readonly<Record<string, number>> => {
    const all = new Map<string, number>();
    for (const tally of tallies) for (const [name, count] of Object.entries(pick(tally))) increase(all, name, count);
    return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  return {
    runs: sum(({ runs }) => runs),
    steps: sum(({ steps }) => steps),
    virtualMs: sum(({ virtualMs }) => virtualMs),
    twice: sum(({ twice }) => twice),
    cpuMs: sum(({ cpuMs }) => cpuMs),
    byMode: merged(({ byMode }) => byMode),
    faults: merged(({ faults }) => faults),
    violations: sum(({ violations }) => violations),
    known: sum(({ known }) => known),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

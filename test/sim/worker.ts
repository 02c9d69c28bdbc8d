import { exhaustive, type Job, References, swarmJobs } from './jobs.ts';
import { judge, Rejections } from './judge.ts';
import { regressions } from './repro.ts';
import { SCENARIOS, scenarioOf } from './scenarios.ts';
import { Counter, type Tally } from './tally.ts';

/** What one of several processes is to do. */
export interface Assignment {
  readonly worker: number;
  readonly workers: number;
  /** Ids; empty: all. */
  readonly scenarios: readonly string[];
  readonly modes: readonly ('regressions' | 'exhaustive' | 'swarm' | 'liveness')[];
  /** Random runs in all, of each random mode. */
  readonly seeds: { readonly swarm: number; readonly liveness: number };
  /** Where the random runs begin. */
  readonly from: number;
  /** Wall time after which no further random run begins; absent: none. */
  readonly untilMs?: number;
}

/** One run in so many is made again, with another way to drain, and must give the same trace. */
const TWICE_EVERY = 100;

/** A run that takes longer is worth a word. */
const SLOW_SECONDS = 30;

class Worker {
  readonly #assignment: Assignment;
  readonly #counter = new Counter();
  readonly #references = new References();
  readonly #rejections = new Rejections();
  #index = 0;

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
  }

  async run(): Promise<Tally> {
    const { modes, scenarios, seeds } = this.#assignment;
    const ids = scenarios.length > 0 ? scenarios : SCENARIOS.map(({ id }) => id);
    if (modes.includes('regressions')) await this.#regressions();
    await this.#referencesOf(ids);
    if (modes.includes('exhaustive')) await this.#exhaustive(ids);
    if (modes.includes('swarm')) await this.#random(ids, 'swarm', seeds.swarm);
    if (modes.includes('liveness')) await this.#random(ids, 'liveness', seeds.liveness);
    return this.#counter.tally();
  }

  async #regressions(): Promise<void> {
    for (const { repro } of regressions()) await this.#mine('regressions', repro);
  }

  /** A reference run that breaks something itself says nothing about others. */
  async #referencesOf(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#mine('reference', { scenario: id, seed: 1, mode: 'listed' });
  }

  async #exhaustive(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const reference = await this.#references.of(id);
      for (const job of exhaustive(reference)) await this.#mine('exhaustive', job);
    }
  }

  async #random(ids: readonly string[], mode: 'swarm' | 'liveness', count: number): Promise<void> {
    const { from, untilMs } = this.#assignment;
    let index = 0;
    for (const job of swarmJobs(ids.map(scenarioOf), mode)) {
      if (index >= from + count || (untilMs !== undefined && Date.now() > untilMs)) return;
      if (index++ >= from) await this.#mine(mode, job);
    }
  }

  /** Makes the run if it is this worker's turn. */
  async #mine(name: string, job: Job): Promise<void> {
    const { worker, workers } = this.#assignment;
    const index = this.#index++;
    if (index % workers !== worker) return;
    const options = { rejections: this.#rejections, references: this.#references };
    const began = performance.now();
    const verdict = await judge(job, options);
    const seconds = (performance.now() - began) / 1000;
    if (seconds > SLOW_SECONDS) {
      process.stderr.write(
        `slow: ${job.scenario} ${job.mode} ${job.seed}: ${seconds.toFixed(0)} s, ${verdict.run.steps} steps\n`,
      );
    }
    this.#counter.add(name, job, verdict);
    if (Math.floor(index / workers) % TWICE_EVERY !== 0 || job.mode === 'liveness') return;
    this.#counter.ranTwice();
    const again = await judge(job, { ...options, extra: { slow: true } });
    if (again.run.trace.hash() === verdict.run.trace.hash()) return;
    this.#counter.fail({ job, invariant: 'I40', message: 'the same seed gave another trace' });
  }
}

// Stacks cost more than half the time of a run; a failure is run again with them.
Error.stackTraceLimit = 0;
process.once('message', (assignment: Assignment) => {
  new Worker(assignment).run().then(
    (tally) => process.send?.(tally, () => process.disconnect()),
    (error: unknown) => {
      process.stderr.write(`${String(error instanceof Error ? (error.stack ?? error.message) : error)}\n`);
      process.exitCode = 1;
      process.disconnect();
    },
  );
});

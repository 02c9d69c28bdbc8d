import { CALL_FAULTS, type CallFault } from '../faults.ts';
import { exhaustive, type Job, References, specOf, swarmJob } from '../jobs.ts';
import { type JudgeOptions, judge } from '../judge.ts';
import { isKnown } from '../known.ts';
import { type RunResult, simulate } from '../simulate.ts';
import type { Violation } from '../violation.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Runs by random seeds, for each scenario that is near, when no single fault has shown the bug. */
const SEEDS = 20;

export interface Caught {
  readonly by: readonly string[];
  readonly runs: number;
  readonly job: Job;
  readonly message: string;
}

/** One bug against the runs that a pull request makes as well: calm, then every single fault, then seeds. */
export class Hunt {
  readonly #options: Omit<JudgeOptions, 'extra'>;
  readonly #without: ReadonlySet<string>;
  readonly #mostRuns: number;

  constructor(options: Omit<JudgeOptions, 'extra'>, without: ReadonlySet<string>, mostRuns: number) {
    this.#options = options;
    this.#without = without;
    this.#mostRuns = mostRuns;
  }

  async for(bug: PlantedBug): Promise<Caught | number> {
    const broken = new BrokenReferences(bug);
    let runs = 0;
    for await (const job of this.#jobs(bug)) {
      if (runs === this.#mostRuns) break;
      runs++;
      await broken.of(job.scenario);
      const found = await this.#violations(job, bug, broken);
      const [first] = found;
      if (first === undefined) continue;
      const real = await this.#violations(job);
      const own = found.filter(({ id }) => real.every((one) => one.id !== id));
      if (own.length > 0) return { by: [...new Set(own.map(({ id }) => id))], runs, job, message: own[0]!.message };
    }
    return runs;
  }

  async #violations(job: Job, bug?: PlantedBug, references = this.#options.references): Promise<readonly Violation[]> {
    using undo = new DisposableStack();
    const without = this.#without;
    const alter = bug === undefined ? {} : { alter: bug.apply(undo) };
    const { run, violations } = await judge(job, { ...this.#options, references, extra: { without, ...alter } });
    const faults = run.trace.of('fault').map(({ fault }) => fault);
    return violations.filter((one) => !without.has(one.id) && !isKnown(job, faults, one));
  }

  async *#jobs({ near, faults, knobs, rules = [] }: PlantedBug): AsyncGenerator<Job> {
    const over = knobs === undefined ? {} : { knobs };
    for (const scenario of near) yield { scenario, seed: 1, mode: 'listed', ...over };
    const world = rules.map((rule) => ({ kind: 'world', rule }) as const);
    if (world.length > 0) {
      for (const scenario of near) yield { scenario, seed: 1, mode: 'listed', decisions: world, ...over };
    }
    const singles: Job[] = [];
    for (const scenario of near) singles.push(...exhaustive(await this.#options.references.of(scenario)));
    for (const job of likeliestFirst(singles, faults ?? [])) {
      yield { ...job, decisions: [...world, ...(job.decisions ?? [])], ...over };
    }
    for (let index = 0; index < SEEDS * near.length; index++) yield { ...swarmJob(near, 'swarm', index), ...over };
  }
}

/** Runs without faults, with the bug in them: what a program does when all is well is all that anybody can compare with. */
class BrokenReferences extends References {
  readonly #bug: PlantedBug;
  readonly #runs = new Map<string, RunResult>();

  constructor(bug: PlantedBug) {
    super();
    this.#bug = bug;
  }

  override async of(scenario: string): Promise<RunResult> {
    const known = this.#runs.get(scenario);
    if (known !== undefined) return known;
    using undo = new DisposableStack();
    const { knobs } = this.#bug;
    const run = await simulate({
      ...specOf({ scenario, seed: 1, mode: 'listed', ...(knobs === undefined ? {} : { knobs }) }),
      alter: this.#bug.apply(undo),
    });
    this.#runs.set(scenario, run);
    return run;
  }
}

/** Those with the faults that the bug is known to hang on, and no more than a taste of the others. */
function likeliestFirst(jobs: readonly Job[], faults: readonly CallFault[]): readonly Job[] {
  const kindOf = ({ decisions = [] }: Job): CallFault | undefined =>
    decisions[0]?.kind === 'call' ? decisions[0].fault : undefined;
  const rank = (job: Job): number => {
    const index = faults.indexOf(kindOf(job) ?? 'throttle');
    return index < 0 ? faults.length : 0;
  };
  const some = jobs.filter((job, index) => rank(job) === 0 || index % CALL_FAULTS.length === 0);
  return some.toSorted((a, b) => rank(a) - rank(b));
}

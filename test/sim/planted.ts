import { parseArgs } from 'node:util';
import { CALL_FAULTS, type CallFault } from './faults.ts';
import type { Invariant } from './invariant.ts';
import { looksBeforeRepeating, repeatableCreation } from './invariants/idempotency.ts';
import { INVARIANTS } from './invariants.ts';
import { exhaustive, type Job, References, swarmJob } from './jobs.ts';
import { type JudgeOptions, judge, Rejections } from './judge.ts';
import { isKnown } from './known.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import type { PlantedBug } from './planted/planted-bug.ts';
import { commandOf } from './repro.ts';

const HELP = `npm run sim -- --planted [ID,ID]   puts bugs into the controller and sees that they are found
  --without I1,I2        do not look at these: what gets through then?
  --runs N               at most so many runs a bug; 150`;

/** Of which the list of all invariants does not know yet. */
const FURTHER: readonly Invariant[] = [repeatableCreation, looksBeforeRepeating].filter(
  (one) => !INVARIANTS.includes(one),
);
/** Runs by random seeds, for each scenario that is near, when no single fault has shown the bug. */
const SEEDS = 20;

interface Caught {
  readonly by: readonly string[];
  readonly runs: number;
  readonly job: Job;
  readonly message: string;
}

/** One bug against the runs that a pull request makes as well: calm, then every single fault, then seeds. */
class Hunt {
  readonly #options: Omit<JudgeOptions, 'extra'>;
  readonly #without: ReadonlySet<string>;
  readonly #mostRuns: number;

  constructor(options: Omit<JudgeOptions, 'extra'>, without: ReadonlySet<string>, mostRuns: number) {
    this.#options = options;
    this.#without = without;
    this.#mostRuns = mostRuns;
  }

  async for(bug: PlantedBug): Promise<Caught | number> {
    let runs = 0;
    for await (const job of this.#jobs(bug)) {
      if (runs === this.#mostRuns) break;
      runs++;
      const found = await this.#violations(job, bug);
      const [first] = found;
      if (first === undefined) continue;
      const real = await this.#violations(job);
      const own = found.filter(({ id }) => real.every((one) => one.id !== id));
      if (own.length > 0) return { by: [...new Set(own.map(({ id }) => id))], runs, job, message: own[0]!.message };
    }
    return runs;
  }

  async #violations(job: Job, bug?: PlantedBug): Promise<readonly { readonly id: string; readonly message: string }[]> {
    using undo = new DisposableStack();
    const without = this.#without;
    const alter = bug === undefined ? {} : { alter: bug.apply(undo) };
    const { run, violations } = await judge(job, { ...this.#options, extra: { without, ...alter } });
    const faults = run.trace.of('fault').map(({ fault }) => fault);
    const further = FURTHER.flatMap((one) => one.check(run.index).map((found) => ({ id: one.id, ...found })));
    return [...violations, ...further].filter((one) => !without.has(one.id) && !isKnown(job, faults, one));
  }

  async *#jobs({ near, faults, knobs, rules = [] }: PlantedBug): AsyncGenerator<Job> {
    const over = knobs === undefined ? {} : { knobs };
    for (const scenario of near) yield { scenario, seed: 1, mode: 'listed', ...over };
    if (rules.length > 0) {
      const decisions = rules.map((rule) => ({ kind: 'world', rule }) as const);
      for (const scenario of near) yield { scenario, seed: 1, mode: 'listed', decisions, ...over };
    }
    const singles: Job[] = [];
    for (const scenario of near) singles.push(...exhaustive(await this.#options.references.of(scenario)));
    for (const job of likeliestFirst(singles, faults ?? [])) yield { ...job, ...over };
    for (let index = 0; index < SEEDS * near.length; index++) yield { ...swarmJob(near, 'swarm', index), ...over };
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    planted: { type: 'boolean', default: false },
    without: { type: 'string' },
    runs: { type: 'string', default: '150' },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  if (values.help) {
    say(HELP);
    return 0;
  }
  const asked = positionals.flatMap((list) => list.split(','));
  const bugs = PLANTED_BUGS.filter(({ id }) => asked.length === 0 || asked.includes(id));
  const without = new Set(values.without?.split(','));
  const options = { rejections: new Rejections(), references: new References() };
  const hunt = new Hunt(options, without, Number(values.runs));
  const started = performance.now();
  let runs = 0;
  let missed = 0;
  for (const bug of bugs) {
    const result = await hunt.for(bug);
    if (typeof result === 'number') {
      runs += result;
      missed++;
      say(`MISSED  ${bug.id} after ${result} runs: ${bug.title}`);
      continue;
    }
    runs += result.runs;
    say(`caught  ${bug.id} by ${result.by.join(' ')} after ${result.runs} runs: ${result.message.slice(0, 120)}`);
    if (asked.length > 0) say(`        ${commandOf(result.job)} ${JSON.stringify(result.job.decisions ?? [])}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`planted ${bugs.length}, caught ${bugs.length - missed}, missed ${missed}; ${runs} runs, ${seconds} s`);
  return missed === 0 ? 0 : 1;
}

// Stacks cost more than half the time of a run.
Error.stackTraceLimit = 0;
process.exitCode = await main();

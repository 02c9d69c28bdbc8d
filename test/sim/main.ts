import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Job, References } from './jobs.ts';
import { judge, Rejections, type Verdict } from './judge.ts';
import { KNOWN_BUGS } from './known.ts';
import { commandOf, type Repro, readRepro, regressions, writeRepro } from './repro.ts';
import { SCENARIOS } from './scenarios.ts';
import { shrink } from './shrink.ts';
import { type Failure, joined, type Tally } from './tally.ts';
import { timeline } from './timeline.ts';
import type { Assignment } from './worker.ts';

const HELP = `npm run sim -- [options]
  (none)                 what a pull request runs: regressions, every single fault, random seeds, 24 quiet hours
  --mode M               exhaustive | swarm | liveness | regressions (several with commas)
  --scenario S           only these scenarios (several with commas)
  --seeds N              so many random runs of each random mode
  --from N               begin the random runs there
  --minutes M            random runs for so long
  --seed X               one run of one scenario, with its timeline
  --replay FILE          the run in a file, with its timeline
  --without I1,I2        do not look at these
  --workers N            processes; 2
  --planted              puts bugs into the controller and sees that they are found; --planted --help says more`;

/** What a pull request pays for: less than five minutes on two idle cores. */
const PULL_REQUEST = { swarm: 6_000, liveness: 40 };
const RANDOM_MODES = { swarm: 'swarm', liveness: 'liveness' } as const;
/** Making a failure small takes dozens of runs. */
const MOST_EXPLAINED = 5;
const FOUND = join(import.meta.dirname, 'found');

const { values } = parseArgs({
  options: {
    mode: { type: 'string' },
    scenario: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '0' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    without: { type: 'string' },
    workers: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  if (values.help) {
    say(HELP);
    return 0;
  }
  if (values.replay !== undefined) return one(readRepro(values.replay));
  if (values.seed !== undefined) {
    const mode = (values.mode ?? 'swarm') as Job['mode'];
    return one({ scenario: values.scenario ?? 'S02', seed: Number(values.seed), mode });
  }
  return many();
}

/** One run and everything that happened in it. */
async function one(job: Job): Promise<number> {
  const without = new Set(values.without?.split(',') ?? []);
  const options = { rejections: new Rejections(), references: new References(), extra: { without } };
  const { run, violations } = await judge(job, options);
  for (const line of timeline(run)) say(line);
  say(`\n${run.steps} steps, ${Math.round(run.virtualMs / 1000)} virtual seconds, trace ${run.trace.hash()}`);
  for (const { id, at, message } of violations) say(`VIOLATION ${id} at ${at} ms: ${message}`);
  say(`violations ${violations.length}`);
  return violations.length === 0 ? 0 : 1;
}

async function many(): Promise<number> {
  const started = performance.now();
  const workers = Number(values.workers);
  const tallies = await Promise.all(Array.from({ length: workers }, (_, worker) => work(assignment(worker, workers))));
  const seconds = (performance.now() - started) / 1000;
  const total = joined(tallies);
  report(total, seconds);
  const failures = distinct(total.failures);
  for (const { job, invariant, message } of failures)
    say(`  ${invariant} ${job.scenario} ${job.mode} ${job.seed}: ${message.slice(0, 160)}`);
  for (const failure of failures.slice(0, MOST_EXPLAINED)) await explain(failure);
  return total.violations === 0 ? 0 : 1;
}

function assignment(worker: number, workers: number): Assignment {
  const { scenario, seeds, from, minutes, mode } = values;
  const random = seeds === undefined ? undefined : Number(seeds);
  const untilMs = minutes === undefined ? {} : { untilMs: Date.now() + Number(minutes) * 60_000 };
  const endless = minutes === undefined ? undefined : Number.MAX_SAFE_INTEGER / 2;
  const asked = mode?.split(',') ?? (random === undefined && minutes === undefined ? undefined : ['swarm']);
  return {
    worker,
    workers,
    scenarios: scenario?.split(',') ?? [],
    modes: (asked ?? ['regressions', 'exhaustive', RANDOM_MODES.swarm, RANDOM_MODES.liveness]) as Assignment['modes'],
    seeds: {
      swarm: random ?? endless ?? PULL_REQUEST.swarm,
      liveness: random ?? endless ?? PULL_REQUEST.liveness,
    },
    from: Number(from),
    ...untilMs,
  };
}

function work(given: Assignment): Promise<Tally> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--disable-warning=ExperimentalWarning'] });
  return new Promise((resolve, reject) => {
    let tally: Tally | undefined;
    child.once('message', (message) => {
      tally = message as Tally;
    });
    child.once('exit', (code) => {
      if (tally === undefined) reject(new Error(`a worker ended with ${code} and no result`));
      else resolve(tally);
    });
    child.send(given);
  });
}

function report(total: Tally, seconds: number): void {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const hours = Math.round(total.virtualMs / 3_600_000);
  say(`scenarios ${values.scenario?.split(',').length ?? SCENARIOS.length}`);
  say(`runs ${total.runs} (${list(total.byMode)}), ${total.steps} steps, ${hours} virtual hours`);
  say(
    `schedules a second ${(total.runs / seconds).toFixed(0)} (${(total.cpuMs / Math.max(1, total.runs)).toFixed(1)} ms of CPU each)`,
  );
  say(`faults ${list(total.faults) || 'none'}`);
  say(`run twice ${total.twice}, regressions ${regressions().length}`);
  for (const { why } of KNOWN_BUGS) say(`known and open: ${why}`);
  if (total.known > 0) say(`violations of known bugs ${total.known}`);
  say(`violations ${total.violations}`);
}

function distinct(failures: readonly Failure[]): readonly Failure[] {
  return [...new Map(failures.map((failure) => [`${failure.job.scenario} ${failure.invariant}`, failure])).values()];
}

/** Makes a failure small and says how to see it again. */
async function explain({ job, invariant, message }: Failure): Promise<void> {
  say(`\n${invariant} in ${job.scenario}: ${message}`);
  say(`  ${commandOf(job)}`);
  const options = { rejections: new Rejections(), references: new References() };
  const failing = (verdict: Verdict): boolean => verdict.violations.some(({ id }) => id === invariant);
  const first = await judge(job, options);
  const small = await shrink(job, first.run, async (smaller) => failing(await judge(smaller, options)));
  const repro: Repro = { ...small, invariant, message };
  const path = writeRepro(FOUND, repro);
  say(`  ${commandOf(small, path)}`);
  for (const decision of small.decisions ?? []) say(`    ${JSON.stringify(decision)}`);
}

process.exitCode = await main();

import { parseArgs } from 'node:util';
import { INVARIANTS } from './invariants.ts';
import { References } from './jobs.ts';
import { Rejections } from './judge.ts';
import { PLANTED_BUGS } from './planted/bugs.ts';
import { type Caught, Hunt } from './planted/hunt.ts';
import type { PlantedBug } from './planted/planted-bug.ts';
import { commandOf } from './repro.ts';

const HELP = `npm run sim -- --planted [ID,ID]   puts bugs into the controller and sees that they are found
  --without I1,I2        do not look at these: what gets through then?
  --each                 the same for every invariant in turn; takes minutes
  --runs N               at most so many runs a bug; 150`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    planted: { type: 'boolean', default: false },
    without: { type: 'string' },
    each: { type: 'boolean', default: false },
    runs: { type: 'string', default: '150' },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const options = { rejections: new Rejections(), references: new References() };
const asked = positionals.flatMap((list) => list.split(','));
const bugs = PLANTED_BUGS.filter(({ id }) => asked.length === 0 || asked.includes(id));

async function main(): Promise<number> {
  if (values.help) {
    say(HELP);
    return 0;
  }
  const started = performance.now();
  const hunt = huntWithout(values.without?.split(',') ?? []);
  const caught = new Map<PlantedBug, Caught>();
  let runs = 0;
  for (const bug of bugs) {
    const result = await hunt.for(bug);
    runs += typeof result === 'number' ? result : result.runs;
    if (typeof result !== 'number') caught.set(bug, result);
    tell(bug, result);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`planted ${bugs.length}, caught ${caught.size}, missed ${bugs.length - caught.size}; ${runs} runs, ${seconds} s`);
  if (values.each) await withoutEach(caught);
  return caught.size === bugs.length ? 0 : 1;
}

function huntWithout(ids: readonly string[]): Hunt {
  return new Hunt(options, new Set(ids), Number(values.runs));
}

function tell({ id, title }: PlantedBug, result: Caught | number): void {
  if (typeof result === 'number') {
    say(`MISSED  ${id} after ${result} runs: ${title}`);
    return;
  }
  const { by, runs, message, job } = result;
  say(`caught  ${id} by ${by.join(' ')} after ${runs} runs: ${message.slice(0, 120)}`);
  if (asked.length > 0) say(`        ${commandOf(job)} ${JSON.stringify(job.decisions ?? [])}`);
}

/** Oracles that are not invariants of a single run. */
const OTHERS = ['I25', 'effort', 'expect'] as const;

/**
 * Switches one oracle at a time off: which bug gets through then? What a scenario expects says again what an invariant
 * says in general; where both see a bug, both are switched off.
 */
async function withoutEach(caught: ReadonlyMap<PlantedBug, Caught>): Promise<void> {
  const needless: string[] = [];
  for (const id of [...INVARIANTS.map((invariant) => invariant.id), ...OTHERS]) {
    const alone = [...caught].filter(([, { by }]) => by.includes(id));
    const through = (await firstThrough(alone, [id])) ?? (await firstThrough(alone, [id, 'expect']));
    if (through === undefined) needless.push(id);
    say(`without ${id}: ${through ?? 'others see everything'}`);
  }
  say(`needed by no bug ${needless.length}: ${needless.join(' ') || 'none'}`);
}

async function firstThrough(
  caught: readonly (readonly [PlantedBug, Caught])[],
  without: readonly string[],
): Promise<string | undefined> {
  const hunt = huntWithout(without);
  const alone = caught.filter(([, { by }]) => by.every((id) => without.includes(id)));
  for (const [bug] of alone) {
    if (typeof (await hunt.for(bug)) === 'number') {
      return `${bug.id} gets through${without.length > 1 ? `, with ${without.slice(1).join(' ')} off as well` : ''}`;
    }
  }
  return undefined;
}

// Stacks cost more than half the time of a run.
Error.stackTraceLimit = 0;
process.exitCode = await main();

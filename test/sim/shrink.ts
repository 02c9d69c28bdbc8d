import type { Decision } from './faults.ts';
import type { Job } from './jobs.ts';
import type { Knobs } from './knobs.ts';
import { REFERENCE } from './knobs.ts';

/** True when the job still violates what it is to violate. */
export type StillFails = (job: Job) => Promise<boolean>;

/** Enough for some twenty decisions; what is left then is small enough. */
const MOST_RUNS = 120;

/** Knobs that go back to what they are in the reference run, if the failure survives it. */
const REDUCIBLE = [
  'sandbox',
  'drift',
  'latencyMs',
  'noticeMs',
  'lost',
  'twice',
  'workers',
  'resyncMs',
  'lagMs',
  'restartMs',
  'logLevel',
  'windowMs',
  'policy',
] as const satisfies readonly (keyof Knobs)[];

/**
 * A smaller job that fails in the same way: first without the decisions that do not matter (delta debugging), then with
 * as many knobs as possible at rest. Every step is kept only if the failure survives it.
 */
export async function shrink(
  job: Job,
  drawn: { readonly decisions: readonly Decision[]; readonly knobs: Knobs },
  stillFails: StillFails,
): Promise<Job> {
  let left = MOST_RUNS;
  const fails: StillFails = async (one) => left-- > 0 && (await stillFails(one));
  const explicit: Job = { ...job, decisions: drawn.decisions, knobs: drawn.knobs };
  if (!(await fails(explicit))) return job;
  const decisions = await fewest(drawn.decisions, (some) => fails({ ...explicit, decisions: some }));
  let knobs: Partial<Knobs> = drawn.knobs;
  for (const name of REDUCIBLE) {
    const calmer = { ...knobs, [name]: REFERENCE[name] };
    if (await fails({ ...explicit, decisions, knobs: calmer })) knobs = calmer;
  }
  const calm: Job = { ...explicit, mode: 'listed', decisions, knobs };
  return (await fails(calm)) ? calm : { ...explicit, decisions, knobs };
}

/** Delta debugging: drops ever smaller parts of the list as long as what is left still fails. */
async function fewest<Item>(
  items: readonly Item[],
  fails: (some: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let kept = items;
  for (let parts = 2; kept.length > 0; ) {
    const size = Math.ceil(kept.length / parts);
    let smaller: readonly Item[] | undefined;
    for (let from = 0; from < kept.length && smaller === undefined; from += size) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await fails(without)) smaller = without;
    }
    if (smaller !== undefined) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) {
      return kept;
    } else {
      parts = Math.min(kept.length, parts * 2);
    }
  }
  return kept;
}

import type { CallFault, Decision } from './faults.ts';
import { FOR_READS, FOR_WRITES } from './faults.ts';
import type { Knobs } from './knobs.ts';
import type { Scenario } from './scenario.ts';
import { scenarioOf } from './scenarios.ts';
import { type RunResult, type RunSpec, simulate } from './simulate.ts';

/** Runs to be made, as plain data: what travels between processes and into files. */
export interface Job {
  readonly scenario: string;
  readonly seed: number;
  readonly mode: RunSpec['mode'];
  readonly decisions?: readonly Decision[];
  readonly knobs?: Partial<Knobs>;
}

export function specOf({ scenario, ...rest }: Job): RunSpec {
  return { scenario: scenarioOf(scenario), ...rest };
}

const REFERENCE_SEED = 1;

/** Fault-free runs, each made once. */
export class References {
  readonly #runs = new Map<string, Promise<RunResult>>();

  of(scenario: string): Promise<RunResult> {
    const known = this.#runs.get(scenario);
    if (known !== undefined) return known;
    const run = simulate(specOf({ scenario, seed: REFERENCE_SEED, mode: 'listed' }));
    this.#runs.set(scenario, run);
    return run;
  }
}

/** What fails anyway is not made to fail in another way: a process may still die of it. */
const FOR_FAILED: readonly CallFault[] = ['crash-before', 'crash-during', 'crash-after'];

/** Every call of the reference run, struck by every single fault that a call of its kind can meet. */
export function exhaustive(reference: RunResult): readonly Job[] {
  const scenario = reference.spec.scenario.id;
  const { seed } = reference.spec;
  const before = reference.index.view.quietFrom;
  return reference.index.stories
    .filter(({ call }) => call.at < before)
    .flatMap(({ call, answer }) =>
      faultsFor(call.write, answer?.code).map(
        (fault): Job => ({
          scenario,
          seed,
          mode: 'listed',
          decisions: [{ kind: 'call', point: call.point, fault }],
        }),
      ),
    );
}

function faultsFor(write: boolean, code: string | undefined): readonly CallFault[] {
  // An answer that says what is not there is as good as any other.
  if (code !== 'OK' && !/NotFound|NotExist/.test(code ?? '')) return FOR_FAILED;
  return write ? FOR_WRITES : FOR_READS;
}

/** The job that `index` names in an endless list of random ones. */
export function swarmJob(scenarios: readonly string[], mode: 'swarm' | 'liveness', index: number): Job {
  const scenario = scenarios[index % scenarios.length]!;
  return { scenario, seed: FIRST_SEED + Math.floor(index / scenarios.length), mode };
}

const FIRST_SEED = 1_000;
/** An endless list of random jobs, in rounds; the same for everybody who asks with the same scenarios. */
export function* swarmJobs(
  scenarios: readonly Pick<Scenario, 'id' | 'every'>[],
  mode: 'swarm' | 'liveness',
): Generator<Job, never> {
  for (let round = 0; ; round++) {
    for (const { id, every = 1 } of scenarios) {
      if (round % every === 0) yield { scenario: id, seed: FIRST_SEED + round, mode };
    }
  }
}

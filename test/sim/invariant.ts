import type { EndState } from './end-state.ts';
import type { Knobs } from './knobs.ts';
import type { RunIndex } from './run-index.ts';
import type { Trace } from './trace.ts';
import type { Violation } from './violation.ts';

/** All that is known of a run once it is over. */
export interface RunView {
  readonly trace: Trace;
  readonly end: EndState;
  readonly knobs: Knobs;
  /** From here on nothing may change any more; 0: the run did not come so far. */
  readonly quietFrom: number;
  readonly virtualMs: number;
  /** What is created may be invisible for a while. */
  readonly hides: boolean;
  readonly mode: 'listed' | 'swarm' | 'liveness';
}

export type Finding = Omit<Violation, 'id'>;

export interface Invariant {
  /** `I1` */
  readonly id: string;
  /** The promise, as a sentence. */
  readonly title: string;
  check(run: RunIndex): readonly Finding[];
}

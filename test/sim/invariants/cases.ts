import type { RunView } from '../invariant.ts';
import type { TraceEvent } from '../trace.ts';

/** One trace that violates an invariant, and one that does not. */
export interface Case {
  readonly broken: readonly TraceEvent[];
  /** As close to the broken one as it can be, and right. */
  readonly sound: readonly TraceEvent[];
  readonly view?: Partial<RunView>;
  /** Of the sound one; absent: the same. */
  readonly soundView?: Partial<RunView>;
}

/** By the id of the invariant. */
export type Cases = Readonly<Record<string, readonly Case[]>>;

import type { FaultKind, FaultOf, Ms } from './fault-rule.ts';
import type { Occasion } from './occasion.ts';

/** A task or service that a rule strikes. */
export interface Struck<Kind extends FaultKind> {
  readonly fault: FaultOf<Kind>;
  /** A duration of the fault's, drawn where two are given. */
  readonly draw: (ms: Ms) => number;
}

/** What tasks and services ask at the points where something may go wrong. */
export interface TaskFaults {
  /** The first rule of this kind that strikes. Counts. `occasion` is asked only where there is such a rule. */
  strike<Kind extends FaultKind>(kind: Kind, occasion: () => Occasion): Struck<Kind> | undefined;
}

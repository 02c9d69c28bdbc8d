import type { FaultRule } from '../../../src/sandbox/faults/fault-rule.ts';
import type { Alteration } from '../alteration.ts';
import type { CallFault } from '../faults.ts';
import type { Knobs } from '../knobs.ts';

/** A bug that is put into the controller under test, and nowhere else, to see that the harness finds it. */
export interface PlantedBug {
  /** `random-client-token` */
  readonly id: string;
  /** What the code would do wrong, as a sentence. */
  readonly title: string;
  /** Of the catalogue of controller bugs. */
  readonly class: BugClass;
  /** Scenarios that come near it, the nearest first. */
  readonly near: readonly string[];
  /** What has to go wrong for it to show, if anything; these are tried first. */
  readonly faults?: readonly CallFault[];
  /** What the world has to do by itself for it to show, if anything. */
  readonly rules?: readonly FaultRule[];
  /** Over those of the scenario. */
  readonly knobs?: Partial<Knobs>;
  /** Puts it in; `undo` takes it out. Called for every run, so that no run knows of another. */
  apply(undo: DisposableStack): Alteration;
}

export type BugClass =
  | 'idempotency'
  | 'identity'
  | 'reading'
  | 'comparison'
  | 'workload'
  | 'autoscaling'
  | 'deletion'
  | 'scheduling'
  | 'truth'
  | 'secrecy';

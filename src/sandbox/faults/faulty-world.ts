import type { Region } from '../region.ts';

/** What the faults need of their world. */
export interface FaultyWorld {
  /** Epoch milliseconds of its beginning. */
  readonly startedAt: number;
  /** Lives through what is due, so that a change of the rules is a change from now on. */
  catchUp(): void;
  now(): number;
  schedule(ms: number, run: () => void): void;
  /** Every region that was ever named. */
  regions(): Iterable<Region>;
  /** A call that the rule makes; refusals are left in the log. */
  act(region: Region, operation: string, input: object, rule: string): void;
}

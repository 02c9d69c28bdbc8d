/** A promise that was broken in one run. */
export interface Violation {
  /** `I1`, …; `diff` (differs from the reference run), `expect` (of the scenario), `bug` (an exception, a rejection). */
  readonly id: string;
  /** Virtual milliseconds. */
  readonly at: number;
  readonly message: string;
}

import type { Job } from './jobs.ts';
import type { Violation } from './violation.ts';

/** A bug that is known and not yet put right. Its violations are counted apart, so that new ones show. */
export interface KnownBug {
  readonly why: string;
  readonly scenarios: readonly string[];
  readonly ids: readonly string[];
  /** Only in runs in which this went wrong. */
  readonly fault: RegExp;
}

/** None. */
export const KNOWN_BUGS: readonly KnownBug[] = [];

export function isKnown(job: Job, faults: readonly string[], { id }: Violation): boolean {
  return KNOWN_BUGS.some(
    (bug) =>
      bug.scenarios.includes(job.scenario) && bug.ids.includes(id) && faults.some((fault) => bug.fault.test(fault)),
  );
}

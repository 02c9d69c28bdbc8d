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

export const KNOWN_BUGS: readonly KnownBug[] = [
  {
    why: 'a process that starts while a deletion is under way does not know of it: the service stays, at no tasks',
    scenarios: ['S14', 'S15', 'S16', 'S60'],
    ids: ['I24', 'I17', 'I25'],
    fault: /crash/,
  },
];

export function isKnown(job: Job, faults: readonly string[], { id }: Violation): boolean {
  return KNOWN_BUGS.some(
    (bug) =>
      bug.scenarios.includes(job.scenario) && bug.ids.includes(id) && faults.some((fault) => bug.fault.test(fault)),
  );
}

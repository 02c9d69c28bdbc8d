import type { ApplyReport, ApplyResult, PlanReport } from '../app/program.ts';
import { Interrupted } from '../lib/errors.ts';
import { hasChanges } from '../reconcile/plan.ts';

/** Exit codes, each with what it tells a pipeline. Part of the contract: never renumbered. */
export const EXIT = {
  done: 0,
  error: 1,
  changes: 2,
  invalid: 3,
  rolledBack: 4,
  rolloutFailed: 5,
  timedOut: 6,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export const EXIT_CODES_HELP = `Exit codes

    0  done; for plan also "changes exist", unless --detailed-exitcode
    1  an error: usage, AWS, network
    2  plan --detailed-exitcode: changes exist
    3  invalid manifests; nothing was called
    4  a rollout failed and the service is back on its old revision
    5  a rollout failed and nothing was rolled back: somebody must look
    6  timed out; how it ended is not known
   70  a bug in Evenkeel
  130  interrupted (Ctrl-C)
  143  terminated

When an apply ends differently for several services, the code is the first of 5, 4, 1, 6 that one of them calls for.`;

/** A plan that could not be made for some key is an error, never "no changes". */
export function exitCodeOfPlan(report: PlanReport, detailed: boolean): number {
  if (report.failures.length > 0) return EXIT.error;
  return detailed && report.plans.some(hasChanges) ? EXIT.changes : EXIT.done;
}

/** The gravest first: what needs a person most decides. */
const GRAVITY: readonly number[] = [EXIT.rolloutFailed, EXIT.rolledBack, EXIT.error, EXIT.timedOut];

/** `tolerated`: keys refused because their manifests ask for it (observe, suspended). That is as wanted. */
export function exitCodeOfApply(report: ApplyReport, tolerated: ReadonlySet<string>): number {
  const codes = new Set(report.results.map((result) => exitCodeOfResult(result, tolerated)));
  return GRAVITY.find((code) => codes.has(code)) ?? EXIT.done;
}

function exitCodeOfResult(result: ApplyResult, tolerated: ReadonlySet<string>): number {
  switch (result.outcome) {
    case 'unchanged':
    case 'created':
    case 'updated':
    case 'deleted':
    case 'left':
      return EXIT.done;
    case 'refused':
      return tolerated.has(result.key) ? EXIT.done : EXIT.error;
    case 'rolled-back':
      return EXIT.rolledBack;
    case 'failed':
      return EXIT.rolloutFailed;
    case 'timed-out':
      return EXIT.timedOut;
    case 'error':
      return EXIT.error;
  }
}

/** Of an aborted signal: Ctrl-C, SIGTERM, or the deadline of `--timeout`. */
export function exitCodeOfAbort(reason: unknown): number {
  if (!(reason instanceof Interrupted)) return EXIT.error;
  if (reason.why === 'user') return EXIT.interrupted;
  return reason.why === 'pass-timeout' ? EXIT.timedOut : EXIT.terminated;
}

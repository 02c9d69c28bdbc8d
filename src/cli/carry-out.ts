import type { ApplyEvent, ApplyReport, PlanReport, Program } from '../app/program.ts';
import { exitCodeOfAbort, exitCodeOfApply } from './exit-codes.ts';
import { applyEventJson, applyReportJson, jsonText } from './plan-json.ts';
import { applySummaryLine, printEnded } from './print-progress.ts';
import { createProgress } from './progress.ts';
import { isBad } from './progress-state.ts';
import { fileFlags, hint, type Session, say } from './session.ts';
import { displayName } from './text.ts';

export interface CarryOutHints {
  /** The command that shows how it goes on after Ctrl-C. */
  readonly follow: string;
  /** What to do when all went well. */
  readonly next: readonly string[];
}

/** Has the program carry a plan out while showing it; the exit code of `apply` and `delete`. */
export async function carryOut(
  session: Session,
  program: Program,
  plan: PlanReport,
  hints: CarryOutHints,
): Promise<number> {
  const machine = session.flags.output === 'json';
  const report = await execute(session, program, plan, hints);
  if (machine) say(session, jsonText(applyReportJson(report), 'line'));
  else sayReport(session, report);
  const tolerated = plan.plans.filter(({ refusal }) => refusal?.kind === 'mode').map(({ key }) => key);
  if (!machine) hint(session, 'Next', nextSteps(session, report, hints));
  if (session.signal.aborted) return exitCodeOfAbort(session.signal.reason);
  return exitCodeOfApply(report, new Set(tolerated));
}

async function execute(
  session: Session,
  program: Program,
  plan: PlanReport,
  { follow }: CarryOutHints,
): Promise<ApplyReport> {
  const { signal, terminal } = session;
  const wait = session.flags.wait !== false;
  await using progress = await createProgress(session);
  const onEvent = (event: ApplyEvent): void => {
    progress.onEvent(event);
    if (session.flags.output !== 'json') return;
    say(session, jsonText(applyEventJson(event, new Date(terminal.clock.now()).toISOString()), 'line'));
  };
  // Said at once, before the program has wound down: whoever presses Ctrl-C wants to know what now happens in ECS.
  const onAbort = (): void => {
    progress.say(`Stopped watching. What was sent goes on in ECS; nothing more is sent. Follow: ${follow}`);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await program.apply(plan, { wait, onEvent }, signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function sayReport(session: Session, report: ApplyReport): void {
  const look = session.screen.stdout;
  const bad = report.results.filter(({ outcome }) => isBad(outcome) || outcome === 'refused');
  // One service's end has just been shown; of many, the bad ones have scrolled away.
  const repeat = session.flags.quiet === true || report.results.length > 1;
  if (repeat) say(session, bad.map((result) => printEnded(result, look)).join('\n'));
  const idle = report.results.every(({ outcome }) => outcome === 'unchanged');
  if (!idle) say(session, look.paint('strong', applySummaryLine(report)));
}

function nextSteps(session: Session, report: ApplyReport, hints: CarryOutHints): readonly string[] {
  const bad = report.results.filter(({ outcome }) => isBad(outcome));
  if (report.results.every(({ outcome }) => outcome === 'unchanged')) return [];
  if (bad.length === 0) return hints.next;
  return bad.map(({ key }) => `evenkeel describe ${displayName(key)} ${fileFlags(session.flags)}`.trimEnd());
}

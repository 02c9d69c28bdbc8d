import type { PlanReport } from '../app/program.ts';
import { carryOut } from './carry-out.ts';
import { EXIT, exitCodeOfPlan } from './exit-codes.ts';
import { readValidManifests } from './manifests.ts';
import { jsonText, planReportJson } from './plan-json.ts';
import { summarise, wouldWrite } from './plan-summary.ts';
import { printPlan } from './print-plan.ts';
import { confirm } from './prompt.ts';
import { fileFlags, note, type Session, say } from './session.ts';
import { count } from './text.ts';

/** `evenkeel apply`: plan, ask, execute, follow the rollouts to their true end. */
export async function runApply(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifests = await readValidManifests(session, program);
  const report = await program.plan(manifests, session.signal);
  sayPlan(session, report);
  const summary = summarise(report);
  // A service left alone on a person's account is not done, though nothing can be sent for it.
  const blocked = report.plans.some(({ refusal }) => refusal !== undefined && refusal.kind !== 'mode');
  if (!wouldWrite(summary)) return blocked ? EXIT.error : exitCodeOfPlan(report, false);
  if (session.flags.yes !== true && !(await confirm(session, question(report)))) {
    note(session, 'Nothing was changed.');
    return EXIT.error;
  }
  const files = fileFlags(session.flags);
  const code = await carryOut(session, program, report, {
    follow: `evenkeel get ${files} -w`,
    next: [`evenkeel get ${files}`],
  });
  return code === EXIT.done && report.failures.length > 0 ? EXIT.error : code;
}

function sayPlan(session: Session, report: PlanReport): void {
  const machine = session.flags.output === 'json';
  const text = printPlan(report, session.screen.stdout, { full: session.flags.full === true });
  say(session, machine ? jsonText(planReportJson(report), 'line') : `${text}\n`);
}

function question(report: PlanReport): { readonly text: string; readonly flag: string } {
  const { create, update, delete: deleted, drift } = summarise(report);
  const accounts = [...new Set(report.identities.map(({ account }) => account))].join(', ');
  const where = accounts === '' ? '' : ` in ${accounts}`;
  return { text: `Apply ${count(create + update + deleted + drift, 'change')}${where}?`, flag: '--yes' };
}

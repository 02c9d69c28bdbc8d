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
  if (report.plans.length === 0) return exitCodeOfPlan(report, false);
  if (!(await mayGoOn(session, report))) {
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

/**
 * Where nothing is to be written there is nothing to ask, and yet something to do: a rollout that an earlier apply began
 * may still be under way, or may have failed, and "no changes" would be a false success.
 */
async function mayGoOn(session: Session, report: PlanReport): Promise<boolean> {
  if (session.flags.yes === true || !wouldWrite(summarise(report))) return true;
  return confirm(session, question(report));
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

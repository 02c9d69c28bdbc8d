import type { PlanReport } from '../app/program.ts';
import { carryOut } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';
import { findTarget } from './manifests.ts';
import { jsonText, planReportJson } from './plan-json.ts';
import { summarise, wouldWrite } from './plan-summary.ts';
import { printPlan } from './print-plan.ts';
import { confirmByName } from './prompt.ts';
import { note, type Session, say } from './session.ts';

/** `evenkeel delete NAME`: one service, deliberately; its name has to be typed. */
export async function runDelete(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const target = await findTarget(session, program, session.args[0]!);
  const report = await program.planDelete(target, session.signal);
  const refused = report.plans.some(({ refusal }) => refusal !== undefined) || report.failures.length > 0;
  if (refused || wouldWrite(summarise(report))) sayPlan(session, report);
  if (refused) return EXIT.error;
  const text = `Delete service ${target.service} of cluster ${target.cluster} in ${target.region}? Its tasks will stop.`;
  if (!(await confirmByName(session, target.service, text))) {
    note(session, 'Nothing was deleted.');
    return EXIT.error;
  }
  // Awaited here: the program ends with this function.
  return await carryOut(session, program, report, { follow: 'evenkeel get -w', next: [] });
}

function sayPlan(session: Session, report: PlanReport): void {
  const machine = session.flags.output === 'json';
  const text = printPlan(report, session.screen.stdout, { full: true });
  say(session, machine ? jsonText(planReportJson(report), 'line') : `${text}\n`);
}

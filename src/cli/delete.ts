import { carryOut } from './carry-out.ts';
import { EXIT, exitCodeOfPlan } from './exit-codes.ts';
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
  const json = session.flags.output === 'json';
  say(
    session,
    json ? jsonText(planReportJson(report), 'line') : `${printPlan(report, session.screen.stdout, { full: true })}\n`,
  );
  if (!wouldWrite(summarise(report))) {
    return report.plans.some(({ refusal }) => refusal !== undefined) ? EXIT.error : exitCodeOfPlan(report, false);
  }
  const text = `Delete service ${target.service} of cluster ${target.cluster} in ${target.region}? Its tasks will stop.`;
  if (!(await confirmByName(session, target.service, text))) {
    note(session, 'Nothing was deleted.');
    return EXIT.error;
  }
  return carryOut(session, program, report, { follow: 'evenkeel get -w', next: [] });
}

import type { PlanReport } from '../app/program.ts';
import { exitCodeOfPlan } from './exit-codes.ts';
import { readValidManifests } from './manifests.ts';
import { addStepSummary, sayObject } from './output.ts';
import { planReportJson } from './plan-json.ts';
import { printPlanMarkdown } from './plan-markdown.ts';
import { summarise, wouldWrite } from './plan-summary.ts';
import { printPlan } from './print-plan.ts';
import { fileFlags, hint, type Session, say } from './session.ts';

/** `evenkeel plan`: what `apply` would do. Writes nothing. */
export async function runPlan(session: Session): Promise<number> {
  await using program = await (await session.host()).program(session.input);
  const manifests = await readValidManifests(session, program);
  const report = await program.plan(manifests, session.signal);
  await sayPlan(session, report);
  await addStepSummary(session, printPlanMarkdown(report));
  if (wouldWrite(summarise(report)) && (session.flags.output ?? 'text') === 'text') {
    hint(session, 'Next', [`evenkeel apply ${fileFlags(session.flags)}`]);
  }
  return exitCodeOfPlan(report, session.flags.detailedExitcode === true);
}

async function sayPlan(session: Session, report: PlanReport): Promise<void> {
  const { output, full } = session.flags;
  if (output === 'json' || output === 'yaml') return sayObject(session, planReportJson(report));
  if (output === 'markdown') return say(session, printPlanMarkdown(report).trimEnd());
  say(session, printPlan(report, session.screen.stdout, { full: full === true }));
}

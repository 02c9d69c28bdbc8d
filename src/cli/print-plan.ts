import type { PlanReport } from '../app/program.ts';
import { declaredOnly } from '../reconcile/difference.ts';
import type { Action, Plan } from '../reconcile/plan.ts';
import type { Tone } from './colour.ts';
import {
  type Change,
  changeOf,
  identityLine,
  type Sign,
  signOfChange,
  signOfVerb,
  startsRollout,
  summarise,
  summaryLine,
  wouldWrite,
} from './plan-summary.ts';
import { printDifferences } from './print-difference.ts';
import type { Look } from './screen.ts';
import { count, displayName, durationText, oneLine } from './text.ts';

export interface PlanPrintOptions {
  /** Also every field of what is created, and what is left alone. */
  readonly full: boolean;
}

const SIGN_TONES: Readonly<Record<Sign, Tone>> = { '+': 'good', '~': 'change', '-': 'bad' };
const SIGN_WORDS: Readonly<Record<Sign, string>> = { '+': 'create', '~': 'update', '-': 'delete' };

/** A whole plan for people: who acts where, drift, changes, what is left alone, and the sum of it. */
export function printPlan(report: PlanReport, look: Look, options: PlanPrintOptions): string {
  const of = (...changes: readonly Change[]): readonly Plan[] =>
    report.plans.filter((plan) => changes.includes(changeOf(plan)));
  const blocks = [
    report.identities.map((identity) => look.paint('quiet', oneLine(identityLine(identity)))),
    driftBlock(of('drift'), look, options),
    changesBlock(of('create', 'update', 'delete'), look, options),
    refusedBlock(of('refused'), look, options),
    failuresBlock(report, look),
    unchangedBlock(of('unchanged'), report, look, options),
    [lastLine(report, look)],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function driftBlock(plans: readonly Plan[], look: Look, options: PlanPrintOptions): readonly string[] {
  if (plans.length === 0) return [];
  const head = `Drift: ${count(plans.length, 'service was', 'services were')} changed outside Evenkeel and will be set back`;
  return [look.paint('strong', head), ...plans.flatMap((plan) => planLines(plan, look, options))];
}

function changesBlock(plans: readonly Plan[], look: Look, options: PlanPrintOptions): readonly string[] {
  if (plans.length === 0) return [];
  const used = new Set(plans.flatMap((plan) => [signOfChange(changeOf(plan)), ...signsInside(plan)]));
  const legend = (['+', '~', '-'] as const)
    .filter((sign) => used.has(sign))
    .map((sign) => `${look.paint(SIGN_TONES[sign], sign)} ${SIGN_WORDS[sign]}`);
  const head = `${look.paint('strong', 'Changes')}    ${legend.join('  ')}`;
  return [head, ...plans.flatMap((plan) => planLines(plan, look, options))];
}

function signsInside(plan: Plan): readonly Sign[] {
  return plan.actions.map(({ verb }) => signOfVerb(verb));
}

function planLines(plan: Plan, look: Look, options: PlanPrintOptions): readonly string[] {
  const change = changeOf(plan);
  const rollout = startsRollout(plan) && change !== 'delete' ? '   starts a new rollout' : '';
  const head = `  ${signed(signOfChange(change), look)} ${look.paint('strong', displayName(plan.key))}   ${oneLine(plan.cluster)}${rollout}`;
  return [head, ...plan.actions.flatMap((action) => actionLines(action, look, options)), ...aside(plan, look, options)];
}

function actionLines(action: Action, look: Look, options: PlanPrintOptions): readonly string[] {
  const sign = signOfVerb(action.verb);
  const shown = declaredOnly(action.differences);
  const head = `      ${signed(sign, look)} ${action.verb} ${resourceName(action)}   ${look.paint('quiet', oneLine(action.because))}`;
  if (sign === '+' && action.verb === 'create' && !options.full) {
    const fields = shown.length === 0 ? '' : look.paint('quiet', `, ${count(shown.length, 'field')}, see --full`);
    return [`${head}${fields}`];
  }
  return [head, ...printDifferences(shown, look, { indent: 10, full: options.full })];
}

/** `log group /ecs/web`, `service agents/web`. */
function resourceName(action: Action): string {
  return oneLine(`${action.resource.replaceAll('-', ' ')} ${action.target}`);
}

/** With `--full`: what differs and is not ours to change. */
function aside(plan: Plan, look: Look, options: PlanPrintOptions): readonly string[] {
  const others = plan.differences.filter(({ verdict }) => verdict !== 'declared');
  if (!options.full || others.length === 0) return [];
  return [
    look.paint('quiet', '      left as it is'),
    ...printDifferences(others, look, { indent: 10, full: options.full }),
  ];
}

function signed(sign: Sign, look: Look): string {
  return look.paint(SIGN_TONES[sign], sign);
}

function refusedBlock(plans: readonly Plan[], look: Look, options: PlanPrintOptions): readonly string[] {
  if (plans.length === 0) return [];
  return [look.paint('strong', 'Left alone'), ...plans.flatMap((plan) => refusedLines(plan, look, options))];
}

function refusedLines(plan: Plan, look: Look, options: PlanPrintOptions): readonly string[] {
  const { refusal } = plan;
  if (refusal === undefined) return [];
  const mark = refusal.kind === 'person' ? look.paint('bad', look.symbols.failed) : look.symbols.dot;
  const head = `  ${mark} ${look.paint('strong', displayName(plan.key))}   ${oneLine(plan.cluster)}   ${refusal.reason}: ${oneLine(refusal.message)}`;
  const declared = declaredOnly(plan.differences);
  const would = declared.length === 0 ? [] : printDifferences(declared, look, { indent: 10, full: options.full });
  return [head, ...would, ...aside(plan, look, options)];
}

function failuresBlock(report: PlanReport, look: Look): readonly string[] {
  if (report.failures.length === 0) return [];
  const head = look.paint('strong', 'Not known: what runs could not be read, so nothing is planned');
  const mark = look.paint('bad', look.symbols.failed);
  return [head, ...report.failures.map(({ key, message }) => `  ${mark} ${displayName(key)}   ${oneLine(message)}`)];
}

function unchangedBlock(
  plans: readonly Plan[],
  report: PlanReport,
  look: Look,
  options: PlanPrintOptions,
): readonly string[] {
  if (plans.length === 0) return [];
  if (!options.full) {
    const nothingElse = plans.length === report.plans.length && report.failures.length === 0;
    return nothingElse ? [] : [look.paint('quiet', `Unchanged: ${count(plans.length, 'service')} (hidden)`)];
  }
  const lines = plans.flatMap((plan) => [
    `    ${displayName(plan.key)}   ${oneLine(plan.cluster)}`,
    ...aside(plan, look, options),
  ]);
  return [look.paint('strong', 'Unchanged'), ...lines];
}

function lastLine(report: PlanReport, look: Look): string {
  const summary = summarise(report);
  if (wouldWrite(summary) || summary.failed > 0 || summary.refused > 0)
    return look.paint('strong', summaryLine(summary));
  if (report.plans.length === 0) return 'Nothing to plan: no manifests.';
  const match =
    report.plans.length === 1
      ? '1 service matches its manifest'
      : `${report.plans.length} services match their manifests`;
  return `${look.paint('good', `${look.symbols.done} No changes.`)} ${match} (${durationText(report.seconds)}).`;
}

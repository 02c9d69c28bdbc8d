import type { PlanReport } from '../app/program.ts';
import { type Difference, declaredOnly } from '../reconcile/difference.ts';
import type { Plan } from '../reconcile/plan.ts';
import {
  changeOf,
  identityLine,
  signOfChange,
  signOfVerb,
  startsRollout,
  summarise,
  summaryLine,
} from './plan-summary.ts';
import { count, displayName, oneLine, valueText } from './text.ts';

/** GitHub refuses comments of more than 65,536 characters; some room is left for what a workflow adds. */
const MAX_CHARACTERS = 65_000;
const MAX_ROWS = 200;
const MAX_VALUE_WIDTH = 200;
/** A workflow finds its own comment by this and edits it instead of adding one. */
const MARKER = '<!-- evenkeel:plan -->';

/** The plan as a comment on a pull request. */
export function printPlanMarkdown(report: PlanReport): string {
  const summary = summarise(report);
  const shown = report.plans.filter((plan) => changeOf(plan) !== 'unchanged');
  const head = [
    MARKER,
    '### evenkeel plan',
    '',
    ...report.identities.map((identity) => `${code(identityLine(identity))}  `),
    ...warnings(report, shown),
    ...table(shown),
    '',
    `**${summaryLine(summary)}**${summary.unchanged === 0 ? '' : ` ${count(summary.unchanged, 'service')} unchanged.`}`,
  ].join('\n');
  return withDetails(head, shown);
}

function warnings(report: PlanReport, shown: readonly Plan[]): readonly string[] {
  const deleted = shown.filter((plan) => changeOf(plan) === 'delete');
  const names = deleted.slice(0, 20).map((plan) => code(displayName(plan.key)));
  const more = deleted.length > names.length ? `, and ${deleted.length - names.length} more` : '';
  const failures = report.failures.slice(0, 20).map(({ key, message }) => {
    return `> ✘ ${code(displayName(key))} could not be planned: ${inline(message)}`;
  });
  return [
    ...(deleted.length === 0
      ? []
      : ['', `> ⚠ **${count(deleted.length, 'service')} will be deleted**: ${names.join(', ')}${more}`]),
    ...(failures.length === 0 ? [] : ['', ...failures.join('\n>\n').split('\n')]),
  ];
}

function table(shown: readonly Plan[]): readonly string[] {
  if (shown.length === 0) return [];
  const rows = shown.slice(0, MAX_ROWS).map((plan) => {
    const sign = plan.refusal === undefined ? code(signOfChange(changeOf(plan))) : '·';
    const rollout = plan.refusal === undefined && startsRollout(plan) ? 'yes' : '';
    return `| ${sign} | ${code(displayName(plan.key))} | ${code(plan.cluster)} | ${whatChanges(plan)} | ${rollout} |`;
  });
  const hidden = shown.length - rows.length;
  return [
    '',
    '| | service | cluster | change | rollout |',
    '|--|--|--|--|--|',
    ...rows,
    ...(hidden > 0 ? [`| | … and ${hidden} more | | | |`] : []),
  ];
}

function whatChanges(plan: Plan): string {
  const change = changeOf(plan);
  if (plan.refusal !== undefined) return inline(`left alone, ${plan.refusal.reason}: ${plan.refusal.message}`);
  if (change === 'create') return 'new';
  if (change === 'delete') return 'deleted';
  const paths = declared(plan).map(({ path }) => code(path));
  const more = paths.length > 4 ? `, +${paths.length - 4}` : '';
  const what =
    paths.length === 0 ? inline(plan.actions.map(({ because }) => because).join(', ')) : paths.slice(0, 4).join(', ');
  return `${change === 'drift' ? 'drift: ' : ''}${what}${more}`;
}

/** Each field once, though a change of the task definition shows in several actions. */
function declared(plan: Plan): readonly Difference[] {
  const all = declaredOnly([...plan.actions.flatMap(({ differences }) => differences), ...plan.differences]);
  return [...new Map(all.map((difference) => [difference.path, difference])).values()];
}

/** Adds folded details while they fit; says how many did not. */
function withDetails(head: string, shown: readonly Plan[]): string {
  let text = head;
  let left = shown.length;
  for (const plan of shown) {
    const block = details(plan);
    const note = leftOut(left);
    if (text.length + block.length + note.length > MAX_CHARACTERS) return `${text}${note}\n`;
    text += block;
    left--;
  }
  return `${text}\n`;
}

function leftOut(services: number): string {
  return `\n\nThe details of ${count(services, 'more service')} do not fit here; \`evenkeel plan\` prints them.`;
}

function details(plan: Plan): string {
  const lines = plan.actions.flatMap((action) => {
    const head = `${signOfVerb(action.verb)} ${action.verb} ${action.resource} ${action.target}: ${action.because}`;
    return [oneLine(head), ...declaredOnly(action.differences).map(differenceLine)];
  });
  const body = plan.actions.length === 0 ? declared(plan).map(differenceLine) : lines;
  if (body.length === 0) return '';
  const fence = fenceFor(body.join('\n'));
  const title = `<summary>${escapeHtml(displayName(plan.key))}</summary>`;
  return `\n\n<details>${title}\n\n${fence}diff\n${body.join('\n')}\n${fence}\n\n</details>`;
}

function differenceLine({ path, live, desired }: Difference): string {
  const name = oneLine(path);
  if (live === undefined) return `+   ${name}: ${value(desired ?? null)}`;
  if (desired === undefined) return `-   ${name}: ${value(live)}`;
  return `!   ${name}: ${value(live)} -> ${value(desired)}`;
}

function value(content: NonNullable<Difference['live']> | null): string {
  return valueText(content, MAX_VALUE_WIDTH, '…');
}

/** Longer than any run of backticks inside, so that a value cannot end the block. */
function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(longest + 1);
}

function code(text: string): string {
  return `\`${oneLine(text).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

/** Words of others: nothing in them may become markup, a mention or a cell. */
function inline(text: string): string {
  return escapeHtml(oneLine(text)).replace(/[\\`*_[\]|~#@]/g, (char) => (char === '@' ? '@\u200b' : `\\${char}`));
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

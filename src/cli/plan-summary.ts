import type { Identity, PlanReport } from '../app/program.ts';
import { assertNever } from '../lib/errors.ts';
import { hasChanges, type Plan, type Verb } from '../reconcile/plan.ts';

/** What a plan means for its service, in one word. */
export type Change = 'create' | 'update' | 'delete' | 'drift' | 'refused' | 'unchanged';

export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  /** Services changed behind our back, to be set back. */
  readonly drift: number;
  readonly refused: number;
  readonly unchanged: number;
  /** Plans that could not be made. */
  readonly failed: number;
  readonly rollouts: number;
}

export function changeOf(plan: Plan): Change {
  if (plan.refusal !== undefined) return 'refused';
  if (!hasChanges(plan)) return 'unchanged';
  const verbs = new Set(plan.actions.filter(({ resource }) => resource === 'service').map(({ verb }) => verb));
  if (verbs.has('delete')) return 'delete';
  if (verbs.has('create')) return 'create';
  return plan.drift === true ? 'drift' : 'update';
}

export function startsRollout(plan: Plan): boolean {
  return plan.actions.some((action) => action.startsRollout);
}

export function summarise(report: PlanReport): PlanSummary {
  const changes = report.plans.map(changeOf);
  const of = (change: Change): number => changes.filter((other) => other === change).length;
  return {
    create: of('create'),
    update: of('update'),
    delete: of('delete'),
    drift: of('drift'),
    refused: of('refused'),
    unchanged: of('unchanged'),
    failed: report.failures.length,
    rollouts: report.plans.filter((plan) => plan.refusal === undefined && startsRollout(plan)).length,
  };
}

/** `Plan: 1 to create, 2 to update, 0 to delete. 1 rollout.`; what is zero and rare is left out. */
export function summaryLine(summary: PlanSummary): string {
  const parts = [`${summary.create} to create`, `${summary.update} to update`, `${summary.delete} to delete`];
  if (summary.drift > 0) parts.push(`${summary.drift} drift to correct`);
  if (summary.refused > 0) parts.push(`${summary.refused} left alone`);
  if (summary.failed > 0) parts.push(`${summary.failed} not known`);
  const rollouts = summary.rollouts === 1 ? '1 rollout' : `${summary.rollouts} rollouts`;
  return `Plan: ${parts.join(', ')}.${summary.rollouts === 0 ? '' : ` ${rollouts}.`}`;
}

/** Whether something in it would be written. */
export function wouldWrite(summary: PlanSummary): boolean {
  return summary.create + summary.update + summary.delete + summary.drift > 0;
}

export type Sign = '+' | '~' | '-';

export function signOfVerb(verb: Verb): Sign {
  switch (verb) {
    case 'create':
    case 'register':
    case 'build':
      return '+';
    case 'update':
    case 'tag':
    case 'untag':
    case 'adopt':
    case 'mark':
      return '~';
    case 'delete':
    case 'deregister':
      return '-';
    default:
      return assertNever(verb, 'verb');
  }
}

export function signOfChange(change: Change): Sign {
  if (change === 'create') return '+';
  return change === 'delete' ? '-' : '~';
}

/** `AWS 123456789012  us-east-1  role/deployer`: the principal without what the account already says. */
export function identityLine(identity: Identity): string {
  const principal = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(identity.principal)?.[1] ?? identity.principal;
  return `AWS ${identity.account}  ${identity.region}  ${principal}`;
}

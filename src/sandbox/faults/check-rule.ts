import { nearest } from '../../lib/suggest.ts';
import { HANDLERS } from '../api/handlers.ts';
import { isRead } from '../reads.ts';
import { epochMs, globMatches } from './armed-rule.ts';
import { FAULT_KINDS, type Fault, type FaultRule, type FaultWhen } from './fault-rule.ts';

/** Something wrong with a rule; the path begins at the rule. */
export interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly help?: string;
}

/** What a schema cannot say about a rule; empty for one that makes sense. */
export function problemsOfRule(rule: FaultRule): readonly RuleProblem[] {
  const { when = {}, fault } = rule;
  return [
    ...misplaced(when, fault),
    ...(when.operations ?? []).flatMap((pattern, index) => unknownPattern(pattern, ['when', 'operations', index])),
    ...badTimes(when),
    ...badSpans(fault),
    ...badAct(fault),
  ];
}

/** Conditions that the kind of fault can never fulfil. */
function misplaced(when: FaultWhen, fault: Fault): readonly RuleProblem[] {
  const { kind } = fault;
  const names =
    kind === 'blackout'
      ? (['operations', 'services', 'families', 'images', 'securityGroups'] as const)
      : FAULT_KINDS[kind] === 'task' || isTimed(fault) || kind === 'autoscaling-acts'
        ? (['operations'] as const)
        : [];
  const what = kind === 'blackout' ? 'everything in its regions' : 'services and their tasks, not calls';
  return names
    .filter((name) => when[name] !== undefined)
    .map((name) => ({ path: ['when', name], message: `does not go with ${kind}, which strikes ${what}` }));
}

function isTimed(fault: Fault): boolean {
  return fault.kind === 'foreign-edit' && (fault.at !== undefined || fault.everyMs !== undefined);
}

function unknownPattern(pattern: string, path: RuleProblem['path']): readonly RuleProblem[] {
  const operations = Object.keys(HANDLERS);
  if (pattern.startsWith('dynamodb:') || operations.some(globMatches(pattern))) return [];
  const meant = nearest(pattern, operations);
  const message = `'${pattern}' fits no operation of the sandbox`;
  return [{ path, message, ...(meant === undefined ? {} : { help: `did you mean '${meant}'?` }) }];
}

function badTimes(when: FaultWhen): readonly RuleProblem[] {
  const times = (['from', 'until'] as const).flatMap((name) => (when[name] === undefined ? [] : [[name, when[name]]]));
  const bad = times.filter(([, moment]) => !isMoment(moment)).map(([name]) => notATime(['when', name!]));
  if (bad.length > 0 || typeof when.from !== typeof when.until || when.from === undefined) return bad;
  const backwards = epochMs(when.from, 0) >= epochMs(when.until!, 0);
  return backwards ? [{ path: ['when', 'until'], message: 'must be later than from' }] : [];
}

function isMoment(moment: unknown): boolean {
  return typeof moment === 'number' || !Number.isNaN(Date.parse(String(moment)));
}

function notATime(path: RuleProblem['path']): RuleProblem {
  return {
    path,
    message: 'is neither milliseconds nor an ISO 8601 time',
    help: 'write it as 60000 or 2026-01-01T00:00:00Z',
  };
}

function badSpans(fault: Fault): readonly RuleProblem[] {
  return ['ms', 'lagMs', 'delayMs', 'afterMs', 'retryMs'].flatMap((name) => {
    const span = [(fault as unknown as Readonly<Record<string, unknown>>)[name]].flat();
    const [from, to] = span;
    const isBackwards = typeof from === 'number' && typeof to === 'number' && from > to;
    return isBackwards ? [{ path: ['fault', name], message: `must not begin (${from}) after its end (${to})` }] : [];
  });
}

function badAct(fault: Fault): readonly RuleProblem[] {
  if (fault.kind !== 'foreign-edit' && fault.kind !== 'autoscaling-acts') return [];
  const at = (fault.at ?? []).flatMap((moment, index) => (isMoment(moment) ? [] : [notATime(['fault', 'at', index])]));
  if (fault.kind === 'foreign-edit') return [...at, ...badEdit(fault.operation)];
  const message = 'needs its times: at or everyMs';
  return fault.at === undefined && fault.everyMs === undefined ? [{ path: ['fault'], message }] : at;
}

function badEdit(operation: string): readonly RuleProblem[] {
  const path = ['fault', 'operation'];
  const edits = Object.keys(HANDLERS).filter((name) => !isRead(name));
  if (edits.includes(operation)) return [];
  const meant = nearest(operation, edits);
  const message = `'${operation}' is no writing operation of the sandbox`;
  return [{ path, message, ...(meant === undefined ? {} : { help: `did you mean '${meant}'?` }) }];
}

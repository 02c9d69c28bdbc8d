import { isRead } from '../reads.ts';
import type { ArmedRule } from './armed-rule.ts';
import type { CallFault, Ms } from './fault-rule.ts';
import type { Occasion } from './occasion.ts';

/** How a call goes instead of being simply answered. */
export type CallEnding =
  | Exclude<CallFault, { readonly kind: 'stale' | 'not-visible' | 'latency' }>
  | { readonly kind: 'answered' };

/** Those that the caller sees as a failure. */
export type FailingEnding = Exclude<CallEnding, { readonly kind: 'duplicate' | 'answered' }>;

/** What happens to one call. */
export interface CallVerdict {
  readonly latencyMs: number;
  /** Somebody else's calls, right before this one takes effect. */
  readonly before: readonly (() => void)[];
  /** Those right after it was answered. */
  readonly after: readonly (() => void)[];
  readonly lag: { readonly ms: number; readonly monotonic: boolean } | undefined;
  /** How long reads do not see what it creates; 0: not at all. */
  readonly hideForMs: number;
  readonly ending: CallEnding;
  readonly draw: (ms: Ms) => number;
}

export const NO_VERDICT: CallVerdict = {
  latencyMs: 0,
  before: [],
  after: [],
  lag: undefined,
  hideForMs: 0,
  ending: { kind: 'answered' },
  draw: () => 0,
};

interface Court {
  readonly strikes: (rule: ArmedRule, occasion: Occasion) => boolean;
  /** What a foreign edit would do on this occasion; undefined: it finds nothing to edit. */
  readonly editOf: (rule: ArmedRule, occasion: Occasion) => (() => void) | undefined;
}

/** Rules in their order: delays, edits and the like add up; the first that decides how the call ends is the last asked. */
export function judge(rules: readonly ArmedRule[], occasion: Occasion, court: Court): CallVerdict {
  let verdict = NO_VERDICT;
  for (const rule of rules) {
    const edit = rule.fault.kind === 'foreign-edit' ? court.editOf(rule, occasion) : undefined;
    if (!concerns(rule, occasion, edit !== undefined) || !court.strikes(rule, occasion)) continue;
    verdict = joined(verdict, rule, occasion, edit);
    if (verdict.ending.kind !== 'answered') return verdict;
  }
  return verdict;
}

/** Whether the kind can happen to such a call at all. */
function concerns({ fault, when }: ArmedRule, { operation = '' }: Occasion, hasEdit: boolean): boolean {
  const { kind } = fault;
  if (kind === 'stale') return isRead(operation) && isImitated(operation);
  if (kind === 'not-visible') return !isRead(operation) && isImitated(operation);
  if (kind === 'duplicate') return !isRead(operation);
  if (kind === 'concurrent-registration') return operation === 'ecs:RegisterTaskDefinition';
  if (kind === 'foreign-edit') return hasEdit && (when.operations !== undefined || !isRead(operation));
  return true;
}

/** DynamoDB is another server's: the sandbox does not see what happens in it. */
function isImitated(operation: string): boolean {
  return !operation.startsWith('dynamodb:');
}

function joined(
  verdict: CallVerdict,
  rule: ArmedRule,
  { operation = '' }: Occasion,
  edit: (() => void) | undefined,
): CallVerdict {
  const { fault } = rule;
  const draw = (ms: Ms): number => rule.draw(ms);
  if (fault.kind === 'latency') return { ...verdict, latencyMs: verdict.latencyMs + draw(fault.ms) };
  if (fault.kind === 'not-visible') return { ...verdict, hideForMs: Math.max(verdict.hideForMs, draw(fault.ms)) };
  if (fault.kind === 'stale') {
    return { ...verdict, lag: { ms: draw(fault.lagMs), monotonic: fault.monotonic === true } };
  }
  if (fault.kind === 'foreign-edit') {
    const moment = isRead(operation) ? 'after' : 'before';
    return { ...verdict, [moment]: [...verdict[moment], ...(edit === undefined ? [] : [edit])] };
  }
  return { ...verdict, ending: fault as CallEnding, draw };
}

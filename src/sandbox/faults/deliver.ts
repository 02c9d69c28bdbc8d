import type { AwsFault } from '../../aws/errors.ts';
import { failureOf } from './failures.ts';
import type { Effect, Ms } from './fault-rule.ts';
import type { CallVerdict, FailingEnding } from './verdict.ts';

/** One call, as it can go wrong. */
export interface Delivery<Answer> {
  readonly operation: string;
  readonly callerArn: string;
  readonly verdict: CallVerdict;
  /** The call takes effect and is answered. */
  readonly effect: () => Answer | Promise<Answer>;
  /** The call arrives and is refused without effect. */
  readonly refuse: (refusal: AwsFault) => void;
  /** Has something happen after so many milliseconds, whatever becomes of the caller. */
  readonly later: (ms: number, run: () => void) => void;
  /** The caller waits. Rejects when it gives up. */
  readonly wait: (ms: number) => Promise<void>;
}

/** How late an effect lands when the rule does not say. */
const LATE_MS: Ms = [1_000, 65_000];

/** Lets one call happen as its verdict says. Rejects with `AwsFault` as `effect` does, or instead of it. */
export async function deliver<Answer>(delivery: Delivery<Answer>): Promise<Answer> {
  const { verdict, effect, wait } = delivery;
  const { ending } = verdict;
  if (verdict.latencyMs > 0) await wait(verdict.latencyMs);
  for (const edit of verdict.before) edit();
  if (ending.kind !== 'answered' && ending.kind !== 'duplicate') return fail(delivery, ending);
  if (ending.kind === 'duplicate') await unanswered(delivery);
  const answer = await effect();
  for (const edit of verdict.after) edit();
  return answer;
}

async function fail<Answer>(delivery: Delivery<Answer>, ending: FailingEnding): Promise<never> {
  const { operation, callerArn, verdict } = delivery;
  const failure = failureOf(ending, operation, callerArn);
  const { effect, delayMs, silence } = failing(ending);
  // A connection that broke without effect: the call never arrived.
  if (effect === 'none' && failure.status !== undefined) delivery.refuse(failure);
  if (effect === 'now') await unanswered(delivery);
  if (effect === 'later') delivery.later(verdict.draw(delayMs), () => void unanswered(delivery));
  const silenceMs = verdict.draw(silence);
  if (silenceMs > 0) await delivery.wait(silenceMs);
  throw failure;
}

function failing(ending: FailingEnding): { readonly effect: Effect; readonly delayMs: Ms; readonly silence: Ms } {
  const { kind } = ending;
  if (kind !== 'reset' && kind !== 'server-error' && kind !== 'html') {
    return { effect: 'none', delayMs: 0, silence: 0 };
  }
  const silence = kind === 'reset' ? (ending.afterMs ?? 0) : 0;
  return { effect: ending.effect ?? 'none', delayMs: ending.delayMs ?? LATE_MS, silence };
}

/** The effect, whatever it answers: nobody will know. The world's log does. */
async function unanswered<Answer>({ effect }: Delivery<Answer>): Promise<void> {
  try {
    await effect();
  } catch {
    return;
  }
}

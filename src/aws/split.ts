import { type AwsErrorKind, isAwsError } from './errors.ts';

type Execute<In, Out> = (inputs: readonly In[], signal: AbortSignal) => Promise<readonly PromiseSettledResult<Out>[]>;

/**
 * A batch call that AWS refuses as a whole because of one of its inputs must not fail the others: on an error of one of
 * `kinds` the inputs are asked in halves, until the one at fault is alone.
 */
export function splitOn<In, Out>(kinds: readonly AwsErrorKind[], execute: Execute<In, Out>): Execute<In, Out> {
  const attempt: Execute<In, Out> = async (inputs, signal) => {
    try {
      return await execute(inputs, signal);
    } catch (thrown) {
      if (!isAwsError(thrown, ...kinds)) throw thrown;
      if (inputs.length === 1) return [{ status: 'rejected', reason: thrown }];
      const middle = Math.ceil(inputs.length / 2);
      const first = await attempt(inputs.slice(0, middle), signal);
      return [...first, ...(await attempt(inputs.slice(middle), signal))];
    }
  };
  return attempt;
}

/** Runs `work` and reports how it ended, as `Promise.allSettled` does for one. */
export async function settled<Out>(work: () => Out | Promise<Out>): Promise<PromiseSettledResult<Out>> {
  try {
    return { status: 'fulfilled', value: await work() };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
}

import type { Clock } from '../lib/clock.ts';
import { Interrupted } from '../lib/errors.ts';
import { durationText } from './text.ts';

export interface Deadline extends AsyncDisposable {
  /** Aborts with `parent`, or when the time is over. */
  readonly signal: AbortSignal;
}

/** Gives a command `ms` to end in; `undefined`: as long as it takes. Disposing frees the timer. */
export function createDeadline(clock: Clock, parent: AbortSignal, ms: number | undefined): Deadline {
  if (ms === undefined) return { signal: parent, [Symbol.asyncDispose]: () => Promise.resolve() };
  const over = new AbortController();
  const ended = new AbortController();
  const waiting = clock.sleep(ms, ended.signal).then(
    () => over.abort(new Interrupted('pass-timeout', `not done within ${durationText(ms / 1000)} (--timeout)`)),
    () => {},
  );
  return {
    signal: AbortSignal.any([parent, over.signal]),
    async [Symbol.asyncDispose]() {
      ended.abort();
      await waiting;
    },
  };
}

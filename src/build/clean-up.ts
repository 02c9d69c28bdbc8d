import type { Clock } from '../lib/clock.ts';

/** Long enough for a busy engine to remove a container; short enough for a shutdown. */
const CLEAN_UP_MS = 30_000;

/**
 * Runs work that puts things back in order after an end of any kind, also after an abort: under a signal of its own that
 * aborts after half a minute. What goes wrong in it is not told: it would hide what is being cleaned up after.
 */
export async function cleanUp(clock: Clock, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const late = new AbortController();
  const done = new AbortController();
  const limit = clock.sleep(CLEAN_UP_MS, done.signal).then(
    () => late.abort(new Error('cleaning up took too long')),
    () => undefined,
  );
  await work(late.signal).catch(() => undefined);
  done.abort();
  await limit;
}

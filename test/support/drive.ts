import type { FakeClock } from './fake-clock.ts';

const STEP_MS = 10;
/** An hour of the turned clock: whatever waits longer than this for one answer is stuck. */
const PATIENCE_MS = 3_600_000;

/** Turns the clock until `work` ends, and gives its answer. */
export async function drive<Value>(clock: FakeClock, work: Promise<Value>): Promise<Value> {
  let ended = false;
  const watched = work.finally(() => {
    ended = true;
  });
  watched.catch(() => undefined);
  for (let spent = 0; !ended && spent < PATIENCE_MS; spent += STEP_MS) await clock.advance(STEP_MS);
  if (!ended) throw new Error('the work did not end within an hour of the turned clock');
  return watched;
}

import type { CallEvent, EffectEvent, Trace } from '../trace.ts';

export interface LandedWrite {
  readonly call: CallEvent;
  readonly effect: EffectEvent;
}

/** Every write that took effect, in the order in which it did. */
export function landedWrites(trace: Trace): readonly LandedWrite[] {
  const calls = new Map<number, CallEvent>();
  const landed: LandedWrite[] = [];
  for (const event of trace.events) {
    if (event.kind === 'call') calls.set(event.id, event);
    if (event.kind !== 'effect' || !event.write || event.outcome !== 'done') continue;
    const call = calls.get(event.id);
    if (call !== undefined) landed.push({ call, effect: event });
  }
  return landed;
}

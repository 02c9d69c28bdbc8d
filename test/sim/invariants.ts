import type { Invariant } from './invariant.ts';
import { neverTouchUnowned } from './invariants/i01-never-touch-unowned.ts';

/** Everything that is checked of every run. */
export const INVARIANTS: readonly Invariant[] = [neverTouchUnowned];

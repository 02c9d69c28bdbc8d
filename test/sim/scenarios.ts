import type { Scenario } from './scenario.ts';
import { s02 } from './scenarios/s02-create.ts';
import { s03 } from './scenarios/s03-no-change.ts';
import { s04 } from './scenarios/s04-environment.ts';
import { s04b } from './scenarios/s04b-everything.ts';
import { s06 } from './scenarios/s06-size.ts';
import { s07 } from './scenarios/s07-count.ts';
import { s08 } from './scenarios/s08-add-autoscaling.ts';
import { s09 } from './scenarios/s09-band.ts';
import { s10 } from './scenarios/s10-remove-autoscaling.ts';
import { s11 } from './scenarios/s11-policy.ts';
import { s12 } from './scenarios/s12-retention.ts';
import { s13 } from './scenarios/s13-replacement.ts';
import { s14 } from './scenarios/s14-delete.ts';
import { s14n } from './scenarios/s14n-namesake.ts';
import { s14p } from './scenarios/s14p-no-pruning.ts';
import { s14q } from './scenarios/s14q-gone-before-it-runs.ts';
import { s14r } from './scenarios/s14r-retained.ts';
import { s15 } from './scenarios/s15-back-within-grace.ts';
import { s16 } from './scenarios/s16-back-while-draining.ts';
import { s17 } from './scenarios/s17-file-renamed.ts';
import { s18 } from './scenarios/s18-file-moved.ts';
import { s19 } from './scenarios/s19-file-split.ts';
import { s20 } from './scenarios/s20-source-vanishes.ts';
import { s20d } from './scenarios/s20d-unreadable-before-it-goes.ts';
import { s21 } from './scenarios/s21-revert.ts';
import { s22 } from './scenarios/s22-rapid-edits.ts';
import { s23 } from './scenarios/s23-refused-edit.ts';
import { s24 } from './scenarios/s24-refused-from-the-start.ts';
import { s25 } from './scenarios/s25-claimed-twice.ts';
import { s26 } from './scenarios/s26-count-by-hand.ts';
import { s27 } from './scenarios/s27-revision-by-hand.ts';
import { s28 } from './scenarios/s28-tags-taken-away.ts';
import { s29 } from './scenarios/s29-deleted-by-hand.ts';
import { s30 } from './scenarios/s30-scaled-meanwhile.ts';
import { s31 } from './scenarios/s31-crash-loop.ts';
import { s32 } from './scenarios/s32-no-breaker.ts';
import { s33 } from './scenarios/s33-good-after-rollback.ts';
import { s33b } from './scenarios/s33b-back-to-the-broken-one.ts';
import { s34 } from './scenarios/s34-slow-start.ts';
import { s35 } from './scenarios/s35-no-capacity.ts';
import { s39 } from './scenarios/s39-leader-dies.ts';
import { s40 } from './scenarios/s40-paused.ts';
import { s44 } from './scenarios/s44-blackout.ts';
import { s45 } from './scenarios/s45-credentials.ts';
import { s46 } from './scenarios/s46-account.ts';
import { s47 } from './scenarios/s47-adoption.ts';
import { s48 } from './scenarios/s48-adoption-refused.ts';
import { s50 } from './scenarios/s50-poison.ts';
import { s51 } from './scenarios/s51-hash-version.ts';
import { s53 } from './scenarios/s53-suspended.ts';
import { s53r } from './scenarios/s53r-retried.ts';
import { s57 } from './scenarios/s57-quota.ts';
import { s58 } from './scenarios/s58-old-revision-gone.ts';
import { s59 } from './scenarios/s59-stopped-anywhere.ts';
import { s60 } from './scenarios/s60-mass-removal.ts';
import { s61 } from './scenarios/s61-built.ts';
import { s62 } from './scenarios/s62-one-byte.ts';
import { s63 } from './scenarios/s63-restarted-while-building.ts';
import { s64 } from './scenarios/s64-tag-taken.ts';
import { s65 } from './scenarios/s65-shared-folder.ts';
import { s66 } from './scenarios/s66-engine-breaks.ts';
import { s67 } from './scenarios/s67-closed-group.ts';
import { s68 } from './scenarios/s68-earlier-revision-fails.ts';

/** Every scenario, by its number. */
export const SCENARIOS: readonly Scenario[] = [
  s02,
  s03,
  s04,
  s04b,
  s06,
  s07,
  s08,
  s09,
  s10,
  s11,
  s12,
  s13,
  s14,
  s14n,
  s14p,
  s14q,
  s14r,
  s15,
  s16,
  s17,
  s18,
  s19,
  s20,
  s20d,
  s21,
  s22,
  s23,
  s24,
  s25,
  s26,
  s27,
  s28,
  s29,
  s30,
  s31,
  s32,
  s33,
  s33b,
  s34,
  s35,
  s39,
  s40,
  s44,
  s45,
  s46,
  s47,
  s48,
  s50,
  s51,
  s53,
  s53r,
  s57,
  s58,
  s59,
  s60,
  s61,
  s62,
  s63,
  s64,
  s65,
  s66,
  s67,
  s68,
];

export function scenarioOf(id: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined)
    throw new Error(`there is no scenario ${id}: ${SCENARIOS.map((one) => one.id).join(' ')}`);
  return scenario;
}

import type { Invariant } from './invariant.ts';
import { noRegress, onePassAtATime, onlyTheLeaderWrites, orderlyShutdown } from './invariants/concurrency.ts';
import { badSourceDeletesNothing, deletionGuard, noOrphans, renameIsFree } from './invariants/deletion.ts';
import {
  absentOnlyWhenToldSo,
  boundedOutput,
  noSecretInAnyOutput,
  pausePurity,
  truthfulStatus,
} from './invariants/honesty.ts';
import {
  accountGuard,
  identityByIncarnation,
  neverTouchUnowned,
  noDuplicateRevisions,
  noDuplicates,
  rightTarget,
} from './invariants/ownership.ts';
import {
  boundedEffort,
  fairness,
  noBusyLoop,
  noNeedlessWrites,
  nothingIsStuck,
  staysStable,
} from './invariants/progress.ts';
import {
  leavesCountToAutoscaling,
  neverBelowMinimum,
  noRollbackAmplification,
  oneDeploymentPerSpec,
} from './invariants/workload.ts';

/** Everything that is checked of every run. I24 is also checked by scenarios as they wait, I25 and I26 by `compare-runs.ts`. */
export const INVARIANTS: readonly Invariant[] = [
  neverTouchUnowned,
  noDuplicates,
  noDuplicateRevisions,
  noNeedlessWrites,
  rightTarget,
  accountGuard,
  identityByIncarnation,
  leavesCountToAutoscaling,
  neverBelowMinimum,
  oneDeploymentPerSpec,
  noRollbackAmplification,
  deletionGuard,
  badSourceDeletesNothing,
  renameIsFree,
  noOrphans,
  onePassAtATime,
  onlyTheLeaderWrites,
  noRegress,
  staysStable,
  fairness,
  boundedEffort,
  nothingIsStuck,
  truthfulStatus,
  pausePurity,
  orderlyShutdown,
  noSecretInAnyOutput,
  boundedOutput,
  noBusyLoop,
  absentOnlyWhenToldSo,
];

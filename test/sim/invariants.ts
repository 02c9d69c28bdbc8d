import type { Invariant } from './invariant.ts';
import { asWanted } from './invariants/as-wanted.ts';
import { noRegress, onePassAtATime, onlyTheLeaderWrites, orderlyShutdown } from './invariants/concurrency.ts';
import { badSourceDeletesNothing, deletionGuard, noOrphans, renameIsFree } from './invariants/deletion.ts';
import { oneDeploymentPerSpec } from './invariants/deployments.ts';
import {
  absentOnlyWhenToldSo,
  boundedOutput,
  noSecretInAnyOutput,
  pausePurity,
  truthfulStatus,
} from './invariants/honesty.ts';
import { looksBeforeRepeating, repeatableCreation } from './invariants/idempotency.ts';
import { buildsOnce, runsWhatTheRegistryHas } from './invariants/images.ts';
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
import { leavesCountToAutoscaling, neverBelowMinimum, noRollbackAmplification } from './invariants/workload.ts';

/** Everything that is checked of every run. I24 is also checked by scenarios as they wait, I25 and I26 by `compare-runs.ts`. */
export const INVARIANTS: readonly Invariant[] = [
  neverTouchUnowned,
  noDuplicates,
  repeatableCreation,
  noDuplicateRevisions,
  looksBeforeRepeating,
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
  asWanted,
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
  runsWhatTheRegistryHas,
  buildsOnce,
];

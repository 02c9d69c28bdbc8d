import { autoscalingBugs } from './autoscaling.ts';
import { deletionBugs } from './deletion.ts';
import { endingBugs } from './ending.ts';
import { idempotencyBugs } from './idempotency.ts';
import { identityBugs } from './identity.ts';
import { imageBugs } from './images.ts';
import type { PlantedBug } from './planted-bug.ts';
import { readingBugs } from './reading.ts';
import { schedulingBugs } from './scheduling.ts';
import { truthBugs } from './truth.ts';
import { workloadBugs } from './workload.ts';

/** Every planted bug. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...idempotencyBugs,
  ...identityBugs,
  ...readingBugs,
  ...workloadBugs,
  ...imageBugs,
  ...autoscalingBugs,
  ...deletionBugs,
  ...schedulingBugs,
  ...endingBugs,
  ...truthBugs,
];

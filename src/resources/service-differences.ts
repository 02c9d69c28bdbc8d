import type { EcsService } from '../aws/operations.ts';
import type { JsonValue } from '../lib/json.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { DELETING_TAG, isAwsTag, OWNER_TAGS, SUSPENDED_TAG } from '../reconcile/ownership.ts';
import { revisionName, tagMap } from './context.ts';
import { type DesiredService, stampDiffers } from './desired-service.ts';
import { comparableService } from './service.normalise.ts';

/** ECS makes these only anew (API reference of UpdateService; terraform-provider-aws marks them ForceNew). */
const REPLACES: ReadonlySet<string> = new Set(['launchType', 'schedulingStrategy', 'role', 'deploymentController']);

/** Every field in which a live service is not as it is wanted, each with its verdict. */
export function differencesOf(desired: DesiredService, live: EcsService): readonly Difference[] {
  const { document, taskDefinitionArn } = desired;
  const sides = comparableService(document, live);
  const wantedRevision = taskDefinitionArn === undefined ? desired.pendingRevision : revisionName(taskDefinitionArn);
  const sameRevision = taskDefinitionArn !== undefined && taskDefinitionArn === live.taskDefinition;
  return [
    ...(sameRevision ? [] : compare('taskDefinition', wantedRevision, revisionName(live.taskDefinition ?? ''))),
    ...Object.keys(sides.desired).flatMap((name) =>
      compare(name, sides.desired[name], sides.live[name], { replaces: mustReplace(name, live) }),
    ),
    ...onlyLive(sides.desired, sides.live),
    ...delegatedCount(desired, live),
    ...tagDifferences(desired, live),
  ];
}

/** A declared member whose normal form is empty (no load balancers) while live has some. */
function onlyLive(
  desired: Readonly<Record<string, JsonValue | undefined>>,
  live: Readonly<Record<string, JsonValue | undefined>>,
): readonly Difference[] {
  return Object.keys(live)
    .filter((name) => desired[name] === undefined)
    .flatMap((name) => compare(name, undefined, live[name]));
}

/** Going back from a capacity provider strategy to the launch type is an update: the strategy is emptied. */
function mustReplace(name: string, live: EcsService): boolean {
  if (name === 'launchType') return (live.capacityProviderStrategy ?? []).length === 0;
  return REPLACES.has(name);
}

function delegatedCount(desired: DesiredService, live: EcsService): readonly Difference[] {
  if (desired.countOwner === 'manifest' || desired.document.desiredCount !== undefined) return [];
  const verdict = 'delegated';
  return compare('desiredCount', `left to ${desired.countOwner}`, live.desiredCount ?? 0, { verdict });
}

function tagDifferences(desired: DesiredService, live: EcsService): readonly Difference[] {
  const liveTags = tagMap(live.tags);
  const declared = Object.entries(desired.tags).flatMap(([key, value]) =>
    compare(`tags[${key}]`, value, liveTags[key]),
  );
  const foreign = Object.keys(liveTags)
    .filter((key) => desired.tags[key] === undefined && !isAwsTag(key) && !isOwnTag(key))
    .flatMap((key) => compare(`tags[${key}]`, undefined, liveTags[key], { verdict: 'foreign' }));
  const stamp = compare(`tags[${OWNER_TAGS.specHash}]`, desired.stamp, liveTags[OWNER_TAGS.specHash]);
  return [...declared, ...foreign, ...(stampDiffers(desired, liveTags) ? stamp : [])];
}

function isOwnTag(key: string): boolean {
  return key === SUSPENDED_TAG || key === DELETING_TAG || Object.values<string>(OWNER_TAGS).includes(key);
}

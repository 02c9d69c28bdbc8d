import { isAwsError } from '../aws/errors.ts';
import type { Revision } from '../aws/gateway.ts';
import type { EcsService } from '../aws/operations.ts';
import { OWNER_TAGS } from '../reconcile/ownership.ts';
import type { Pass } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, tagMap } from './context.ts';
import { desiredService } from './desired-service.ts';
import { primaryOf, type RolloutFailure } from './rollout-evidence.ts';
import { readMark } from './rollout-mark.ts';
import { carriesSettings, hasSettingsOf, settingsOf } from './rollout-settings.ts';
import { desiredTaskDefinition } from './task-definition.ts';

/** What was to be rolled out and failed. */
export interface WhatFailed {
  readonly revision: Revision;
  /** As `settingsOf`, or `OTHER_SETTINGS`; absent: not known. */
  readonly settings?: string;
}

/** Settings that no present manifest asks for. */
export const OTHER_SETTINGS = 'other';
/** How many revisions, newest first, are searched for the one that failed. */
const SEARCHED_REVISIONS = 10;
/** How many of them are searched for the mark before ECS is asked. */
const LIKELY_REVISIONS = 2;
/** What ListServiceDeployments calls a deployment that was not brought to its end, or not yet. */
const UNFINISHED = /^(ROLLBACK_|STOP|IN_PROGRESS)/;

/**
 * What the failure that a service shows is about: what the failed deployment names, what was found out before, what ECS
 * says, or what it most likely was. Undefined: it cannot be told.
 */
export async function whatFailed(
  context: LinkContext,
  pass: Pass,
  service: EcsService,
  failure: RolloutFailure,
): Promise<WhatFailed | undefined> {
  const { taskDefinition, verdict } = failure;
  if (taskDefinition !== undefined && (verdict === 'failed' || taskDefinition !== service.taskDefinition)) {
    const { ecs } = gatewayFor(context, pass.manifest);
    const named = await ecs.describeRevision(taskDefinition, { signal: pass.signal });
    return named && (remembered(named, failure) ?? { revision: named, ...settingsByStamp(context, pass, service) });
  }
  return (
    (await foundOutBefore(context, pass, service, failure)) ??
    (await toldByEcs(context, pass, service)) ??
    (await sentLast(context, pass, service)) ??
    (await newestOther(context, pass, service))
  );
}

function remembered(revision: Revision, { evidence }: RolloutFailure): WhatFailed | undefined {
  const mark = readMark(tagMap(revision.tags));
  if (mark?.evidence !== evidence) return undefined;
  return mark.settings === undefined ? { revision } : { revision, settings: mark.settings };
}

async function foundOutBefore(
  context: LinkContext,
  pass: Pass,
  { taskDefinition }: EcsService,
  failure: RolloutFailure,
): Promise<WhatFailed | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const listed = await ecs.listRevisions(pass.manifest.spec.family, SEARCHED_REVISIONS, options);
  const likely = listed.filter((arn) => arn !== taskDefinition).slice(0, LIKELY_REVISIONS);
  for (const arn of [...(taskDefinition === undefined ? [] : [taskDefinition]), ...likely]) {
    // One after the other: each is a call, unless it has been read before.
    const revision = await ecs.describeRevision(arn, options);
    const found = revision && remembered(revision, failure);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The target of the newest deployment, for a service that has gone back from one. Undefined as well where ECS does not say. */
async function toldByEcs(context: LinkContext, pass: Pass, service: EcsService): Promise<WhatFailed | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const { cluster, serviceName } = pass.manifest.spec;
  const options = { signal: pass.signal };
  try {
    const newest = await ecs.newestDeployment({ cluster, service: serviceName }, options);
    const arn = newest?.targetServiceRevisionArn;
    if (arn === undefined || !UNFINISHED.test(newest?.status ?? '')) return undefined;
    const target = await ecs.describeServiceRevision(arn, options);
    if (target?.taskDefinition === undefined) return undefined;
    // What is there cannot be what it went back from.
    if (target.taskDefinition === service.taskDefinition && hasSettingsOf(service, target)) return undefined;
    const revision = await ecs.describeRevision(target.taskDefinition, options);
    const isWanted = carriesSettings(pass.manifest, target);
    return revision && { revision, settings: isWanted ? settingsOf(pass.manifest) : OTHER_SETTINGS };
  } catch (thrown) {
    // A policy may not allow it, and not everything that speaks like ECS can say it.
    if (isAwsError(thrown, 'denied', 'invalid', 'missing')) return undefined;
    throw thrown;
  }
}

/** What the manifest asks for, if the stamp of the service says that it was sent last and it is not there. */
async function sentLast(context: LinkContext, pass: Pass, service: EcsService): Promise<WhatFailed | undefined> {
  const { settings } = settingsByStamp(context, pass, service);
  if (settings === undefined) return undefined;
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const { hash, family } = desiredTaskDefinition(context, pass);
  for (const arn of await ecs.listRevisions(family, SEARCHED_REVISIONS, options)) {
    const revision = await ecs.describeRevision(arn, options);
    if (revision === undefined || hashTagOf(revision) !== hash) continue;
    const isThere = arn === service.taskDefinition && carriesSettings(pass.manifest, service);
    return isThere ? undefined : { revision, settings };
  }
  return undefined;
}

/**
 * The newest revision of the family that carries another document than the one that serves again and is older than the
 * deployment that went back: it was registered to be rolled out, and going back is what came of it. A registration whose
 * answer was lost may leave a newer twin of either.
 */
async function newestOther(context: LinkContext, pass: Pass, service: EcsService): Promise<WhatFailed | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const serving = service.taskDefinition;
  const running = serving === undefined ? undefined : await ecs.describeRevision(serving, options);
  const wentBackAt = primaryOf(service)?.createdAt;
  for (const arn of await ecs.listRevisions(pass.manifest.spec.family, SEARCHED_REVISIONS, options)) {
    if (arn === serving) return undefined;
    const revision = await ecs.describeRevision(arn, options);
    if (revision === undefined || isTwin(revision, running)) continue;
    const registeredAt = revision.taskDefinition.registeredAt;
    if (registeredAt === undefined || wentBackAt === undefined) return undefined;
    // What was registered later, perhaps a twin of what failed, was not there to be rolled out.
    if (registeredAt.getTime() < wentBackAt.getTime()) {
      return { revision, ...settingsByStamp(context, pass, service) };
    }
  }
  return undefined;
}

/** The stamp names the manifest that was sent last. */
function settingsByStamp(context: LinkContext, pass: Pass, { tags }: EcsService): Pick<WhatFailed, 'settings'> {
  const { stamp } = desiredService(context, pass);
  return tagMap(tags)[OWNER_TAGS.specHash] === stamp ? { settings: settingsOf(pass.manifest) } : {};
}

/** Both say that they carry the same document. */
function isTwin(one: Revision, other: Revision | undefined): boolean {
  const hash = hashTagOf(one);
  return hash !== undefined && hash === hashTagOf(other);
}

function hashTagOf(revision: Revision | undefined): string | undefined {
  return tagMap(revision?.tags)[OWNER_TAGS.specHash];
}

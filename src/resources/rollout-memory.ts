import type { EcsService } from '../aws/operations.ts';
import { Sealed } from '../lib/sealed.ts';
import { claimOf } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, revisionName, tagList, tagMap } from './context.ts';
import { type RolloutFailure, rolloutFailureOf } from './rollout-evidence.ts';
import { markTag, readMark } from './rollout-mark.ts';
import { type WhatFailed, whatFailed } from './what-failed.ts';

interface FailedRollout extends WhatFailed {
  readonly failure: RolloutFailure;
}

interface MarkInput {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

const WHAT_FAILED = readKey<WhatFailed | undefined>('what-failed');

/**
 * Remembers a failed rollout on the revision that failed, as soon as the service shows it: ECS forgets (deployments
 * vanish, events scroll away), processes restart, and the manifest still asks for it.
 */
export function rolloutMemory(context: LinkContext): Resource<undefined, FailedRollout> {
  return {
    kind: 'rollout memory',
    desired: () => undefined,
    observe: (pass) => observe(context, pass),
    diff: () => [],
    plan(_desired, seen) {
      if (seen.kind === 'absent' || seen.owner === 'other') return [];
      const known = readMark(tagMap(seen.live.revision.tags));
      return known?.evidence === seen.live.failure.evidence ? [] : [mark(seen.live)];
    },
    async act(action, pass) {
      const input = action.input.reveal() as MarkInput;
      const { ecs } = gatewayFor(context, pass.manifest);
      await ecs.tagResource(input.arn, tagList(input.tags), { signal: pass.signal });
      pass.reads.forget(WHAT_FAILED);
    },
    verify(_desired, seen) {
      if (seen.kind === 'absent' || seen.owner === 'other') return { kind: 'ready' };
      const { failure, revision, settings } = seen.live;
      const known = readMark(tagMap(revision.tags));
      const pardoned = known?.verdict === 'pardoned' && known.evidence === failure.evidence;
      if (pardoned) return { kind: 'ready', outputs: { pardoned: failure.evidence } };
      const arn = revision.taskDefinition.taskDefinitionArn;
      if (arn === undefined) return { kind: 'ready' };
      const { verdict, message } = failure;
      const failedRollout = { arn, verdict, message, ...(settings === undefined ? {} : { settings }) };
      return { kind: 'ready', outputs: { failedRollout } };
    },
  };
}

async function observe(context: LinkContext, pass: Pass): Promise<Observation<FailedRollout>> {
  const service = await readService(context, pass);
  const failure = service === undefined ? undefined : rolloutFailureOf(service);
  if (service === undefined || failure === undefined) return { kind: 'absent' };
  const found = await pass.reads.once(WHAT_FAILED, () => whatFailedNow(context, pass, service, failure));
  if (found === undefined) return { kind: 'absent' };
  const ours = claimOf(tagMap(found.revision.tags), ownerOf(context, pass)).kind === 'ours';
  return { kind: 'present', live: { failure, ...found }, owner: ours ? 'us' : 'other' };
}

/** A person may have pardoned it from another process, and revisions are read once for ever. */
async function whatFailedNow(
  context: LinkContext,
  pass: Pass,
  service: EcsService,
  failure: RolloutFailure,
): Promise<WhatFailed | undefined> {
  const found = await whatFailed(context, pass, service, failure);
  const arn = found?.revision.taskDefinition.taskDefinitionArn;
  const verdict = readMark(tagMap(found?.revision.tags))?.verdict;
  if (found === undefined || arn === undefined || verdict === undefined || verdict === 'pardoned') return found;
  const { ecs } = gatewayFor(context, pass.manifest);
  const revision = await ecs.rereadRevision(arn, { signal: pass.signal });
  return revision && { ...found, revision };
}

function mark({ failure, revision, settings }: FailedRollout): Action {
  const arn = revision.taskDefinition.taskDefinitionArn ?? '';
  const { verdict, evidence, message } = failure;
  const tags = markTag({ verdict, evidence, ...(settings === undefined ? {} : { settings }) });
  const input: MarkInput = { arn, tags };
  return {
    resource: 'rollout memory',
    verb: 'mark',
    target: revisionName(arn),
    because: `its rollout failed: ${message}`,
    differences: [],
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  };
}

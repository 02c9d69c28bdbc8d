import type { Revision } from '../aws/gateway.ts';
import type { EcsService } from '../aws/operations.ts';
import { Sealed } from '../lib/sealed.ts';
import { claimOf, OWNER_TAGS } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, revisionName, tagList, tagMap } from './context.ts';
import { primaryOf, type RolloutFailure, rolloutFailureOf } from './rollout-evidence.ts';
import { isCondemned, markTag, readMark } from './rollout-mark.ts';

interface FailedRollout {
  readonly failure: RolloutFailure;
  readonly revision: Revision;
}

interface MarkInput {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How many revisions, newest first, are searched for the one that failed. */
const SEARCHED_REVISIONS = 10;
const FAILED_REVISION = readKey<Revision | undefined>('failed-revision');

/**
 * Remembers a failed rollout on the revision that failed, as soon as the service shows it: ECS forgets (deployments
 * vanish, events scroll away), processes restart, and the manifest still asks for that revision.
 */
export function rolloutMemory(context: LinkContext): Resource<undefined, FailedRollout> {
  return {
    kind: 'rollout memory',
    desired: () => undefined,
    observe: (pass) => observe(context, pass),
    diff: () => [],
    plan(_desired, seen) {
      if (seen.kind === 'absent' || seen.owner === 'other') return [];
      const { failure, revision } = seen.live;
      const known = readMark(tagMap(revision.tags));
      return known?.evidence === failure.evidence ? [] : [mark(failure, revision)];
    },
    async act(action, pass) {
      const input = action.input.reveal() as MarkInput;
      const { ecs } = gatewayFor(context, pass.manifest);
      await ecs.tagResource(input.arn, tagList(input.tags), { signal: pass.signal });
      pass.reads.forget(FAILED_REVISION);
    },
    verify(_desired, seen) {
      if (seen.kind === 'absent' || seen.owner === 'other') return { kind: 'ready' };
      const { failure, revision } = seen.live;
      const known = readMark(tagMap(revision.tags));
      const pardoned = known?.verdict === 'pardoned' && known.evidence === failure.evidence;
      if (pardoned) return { kind: 'ready', outputs: { pardoned: failure.evidence } };
      const arn = revision.taskDefinition.taskDefinitionArn;
      if (arn === undefined) return { kind: 'ready' };
      return {
        kind: 'ready',
        outputs: { failedRevision: { arn, verdict: failure.verdict, message: failure.message } },
      };
    },
  };
}

async function observe(context: LinkContext, pass: Pass): Promise<Observation<FailedRollout>> {
  const service = await readService(context, pass);
  const failure = service === undefined ? undefined : rolloutFailureOf(service);
  if (service === undefined || failure === undefined) return { kind: 'absent' };
  const revision = await pass.reads.once(FAILED_REVISION, async () => {
    const found = await failedRevision(context, pass, service, failure);
    const arn = found?.taskDefinition.taskDefinitionArn;
    if (arn === undefined || !isCondemned(found)) return found;
    // A person may have pardoned it from another process, and revisions are read once for ever.
    return gatewayFor(context, pass.manifest).ecs.rereadRevision(arn, { signal: pass.signal });
  });
  if (revision === undefined) return { kind: 'absent' };
  const ours = claimOf(tagMap(revision.tags), ownerOf(context, pass)).kind === 'ours';
  return { kind: 'present', live: { failure, revision }, owner: ours ? 'us' : 'other' };
}

/**
 * The revision a deployment names, or else the newest of the family that carries another document than the one that
 * serves again and is older than the deployment that went back: it was registered to be rolled out, and going back is
 * what came of it. A registration whose answer was lost may leave a newer twin of either.
 */
async function failedRevision(
  context: LinkContext,
  pass: Pass,
  service: EcsService,
  failure: RolloutFailure,
): Promise<Revision | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  if (failure.taskDefinition !== undefined) return ecs.describeRevision(failure.taskDefinition, options);
  const serving = service.taskDefinition;
  const running = serving === undefined ? undefined : await ecs.describeRevision(serving, options);
  for (const arn of await ecs.listRevisions(pass.manifest.spec.family, SEARCHED_REVISIONS, options)) {
    if (arn === serving) return undefined;
    // One after the other: each is a call, unless it has been read before.
    const revision = await ecs.describeRevision(arn, options);
    if (revision === undefined || isTwin(revision, running)) continue;
    const registeredAt = revision.taskDefinition.registeredAt;
    const wentBackAt = primaryOf(service)?.createdAt;
    if (registeredAt === undefined || wentBackAt === undefined) return undefined;
    // What was registered later, perhaps a twin of what failed, was not there to be rolled out.
    if (registeredAt.getTime() < wentBackAt.getTime()) return revision;
  }
  return undefined;
}

/** Both say that they carry the same document. */
function isTwin(one: Revision, other: Revision | undefined): boolean {
  const hash = tagMap(one.tags)[OWNER_TAGS.specHash];
  return hash !== undefined && other !== undefined && hash === tagMap(other.tags)[OWNER_TAGS.specHash];
}

function mark(failure: RolloutFailure, revision: Revision): Action {
  const arn = revision.taskDefinition.taskDefinitionArn ?? '';
  const input: MarkInput = { arn, tags: markTag({ verdict: failure.verdict, evidence: failure.evidence }) };
  return {
    resource: 'rollout memory',
    verb: 'mark',
    target: revisionName(arn),
    because: `its rollout failed: ${failure.message}`,
    differences: [],
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  };
}

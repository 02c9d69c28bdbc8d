import type { LoadedManifest } from '../manifest/load.ts';
import { Reads } from '../reconcile/reads.ts';
import type { Pass } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, readService, tagList, tagMap } from '../resources/context.ts';
import { markTag, readMark } from '../resources/rollout-mark.ts';

/** How many revisions of the family, newest first, are pardoned. */
const LOOKED_AT = 10;

/**
 * Pardons the failed rollouts of a manifest's revisions, so that the next pass tries them again. False: there was none.
 * The mark stays, turned into a pardon for what it was made upon: ECS still shows that failure and would be believed.
 */
export async function forgetFailure(
  context: LinkContext,
  loaded: LoadedManifest,
  signal: AbortSignal,
): Promise<boolean> {
  const { key, manifest } = loaded;
  const { ecs } = gatewayFor(context, manifest);
  const pass: Pass = { key, manifest, purpose: 'converge', outputs: {}, pending: [], reads: new Reads(), signal };
  const service = await readService(context, pass);
  const listed = await ecs.listRevisions(manifest.spec.family, LOOKED_AT, { signal });
  const arns = new Set([...listed, ...(service?.taskDefinition === undefined ? [] : [service.taskDefinition])]);
  let found = false;
  for (const arn of arns) {
    const revision = await ecs.describeRevision(arn, { signal });
    const mark = revision === undefined ? undefined : readMark(tagMap(revision.tags));
    if (mark === undefined || mark.verdict === 'pardoned') continue;
    await ecs.tagResource(arn, tagList(markTag({ ...mark, verdict: 'pardoned' })), { signal });
    found = true;
  }
  return found;
}

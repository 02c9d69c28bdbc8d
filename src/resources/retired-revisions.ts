import { Sealed } from '../lib/sealed.ts';
import { claimOf } from '../reconcile/ownership.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, revisionName, sendOptions, tagMap } from './context.ts';

/** How many revisions one removal looks at, newest first. */
const REMOVED_REVISIONS = 100;
const OURS = readKey<readonly string[]>('our-revisions');

/** Removal only: the revisions that a manifest made go last, when nothing runs on them any more. */
export function retiredRevisions(context: LinkContext): Resource<undefined, readonly string[]> {
  return {
    kind: 'revisions',
    desired: () => undefined,
    async observe(pass) {
      if (pass.purpose === 'converge') return { kind: 'absent' };
      const live = await pass.reads.once(OURS, () => ourRevisions(context, pass));
      return live.length === 0 ? { kind: 'absent' } : { kind: 'present', live, owner: 'us' };
    },
    diff: () => [],
    plan(_desired, seen, _differences, pass) {
      if (pass.purpose === 'converge' || seen.kind === 'absent') return [];
      return seen.live.map((arn) => ({
        resource: 'revisions',
        verb: 'deregister',
        target: revisionName(arn),
        because: 'its manifest is gone',
        differences: [],
        startsRollout: false,
        deferred: [],
        input: new Sealed<unknown>(arn),
      }));
    },
    async act(action, pass) {
      const { ecs } = gatewayFor(context, pass.manifest);
      await ecs.deregisterTaskDefinition(action.input.reveal() as string, sendOptions(pass));
      pass.reads.forget(OURS);
    },
    verify: () => ({ kind: 'ready' }),
  };
}

async function ourRevisions(context: LinkContext, pass: Pass): Promise<readonly string[]> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const { family } = pass.manifest.spec;
  if (!(await ecs.hasFamily(family, options))) return [];
  const ours: string[] = [];
  for (const arn of await ecs.listRevisions(family, REMOVED_REVISIONS, options)) {
    const revision = await ecs.describeRevision(arn, options);
    if (revision !== undefined && claimOf(tagMap(revision.tags), ownerOf(context, pass)).kind === 'ours')
      ours.push(arn);
  }
  return ours;
}

import type { EcsService } from '../aws/operations.ts';
import { Sealed } from '../lib/sealed.ts';
import { claimOf, DELETING_TAG } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import {
  gatewayFor,
  type LinkContext,
  ownerOf,
  readService,
  SERVICE,
  sendOptions,
  serviceLabel,
  tagList,
  tagMap,
} from './context.ts';

/** What is done to the mark: `set` to the creation time of the service that is meant, or taken away. */
type MarkInput = { readonly kind: 'set'; readonly createdAt: string } | { readonly kind: 'clear' };

/** True when this very service is marked as one whose deletion has begun. */
export function isMarkedForDeletion(service: EcsService): boolean {
  return isMeant(tagMap(service.tags)[DELETING_TAG], service);
}

function isMeant(mark: string | undefined, service: EcsService): boolean {
  return mark === birthOf(service);
}

function birthOf({ createdAt }: EcsService): string {
  return createdAt?.toISOString() ?? '';
}

/**
 * Writes down on the live service that it is to go, before anything of it is taken away, and takes that back when its
 * manifest is wanted again. What a deletion rests upon is known to the process alone that saw the manifest go; without
 * the mark one that dies half-way would leave a service at no tasks that nobody knows of.
 */
export function deletionMark(context: LinkContext): Resource<undefined, EcsService> {
  return {
    kind: 'deletion mark',
    leads: true,
    desired: () => undefined,
    async observe(pass): Promise<Observation<EcsService>> {
      const live = await readService(context, pass);
      if (live === undefined) return { kind: 'absent' };
      const ours = claimOf(tagMap(live.tags), ownerOf(context, pass)).kind === 'ours';
      return { kind: 'present', live, owner: ours ? 'us' : 'other' };
    },
    diff: () => [],
    plan(_desired, seen, _differences, pass) {
      if (seen.kind === 'absent' || seen.owner === 'other' || seen.live.status !== 'ACTIVE') return [];
      const mark = tagMap(seen.live.tags)[DELETING_TAG];
      if (pass.purpose === 'converge') return mark === undefined ? [] : [clearMark(pass)];
      return isMeant(mark, seen.live) ? [] : [setMark(pass, seen.live)];
    },
    act: (action, pass) => act(context, action.input.reveal() as MarkInput, pass),
    verify: () => ({ kind: 'ready' }),
  };
}

function setMark(pass: Pass, live: EcsService): Action {
  const input: MarkInput = { kind: 'set', createdAt: birthOf(live) };
  return action(pass, 'mark', 'its deletion begins', input);
}

function clearMark(pass: Pass): Action {
  return action(pass, 'untag', 'it is wanted again', { kind: 'clear' });
}

function action(pass: Pass, verb: Action['verb'], because: string, input: MarkInput): Action {
  return {
    resource: 'deletion mark',
    verb,
    target: serviceLabel(pass.manifest),
    because,
    differences: [],
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  };
}

async function act(context: LinkContext, input: MarkInput, pass: Pass): Promise<void> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = sendOptions(pass);
  const live = await readService(context, pass);
  if (live?.serviceArn === undefined) return;
  const { [DELETING_TAG]: _mark, ...tags } = tagMap(live.tags);
  if (input.kind === 'clear') {
    await ecs.untagResource(live.serviceArn, [DELETING_TAG], options);
    pass.reads.put(SERVICE, { ...live, tags: tagList(tags) });
    return;
  }
  const mark = { [DELETING_TAG]: input.createdAt };
  await ecs.tagResource(live.serviceArn, tagList(mark), options);
  pass.reads.put(SERVICE, { ...live, tags: tagList({ ...tags, ...mark }) });
}

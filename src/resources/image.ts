import type { Revision } from '../aws/gateway.ts';
import type { BuildProgress } from '../build/builder.ts';
import type { BuildOrder, ImageBuilds } from '../build/image-builds.ts';
import type { ImageRegistries } from '../build/image-registries.ts';
import { Sealed } from '../lib/sealed.ts';
import type { ConditionUpdate } from '../manifest/conditions.ts';
import { type ImageReference, parseImageReference } from '../manifest/image-reference.ts';
import type { ImageBuild } from '../manifest/types.ts';
import { claimOf, IMAGE_TAG } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import { logOf, progressOf } from './build-progress.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, tagMap } from './context.ts';
import { parseEcrHost } from './ecr-host.ts';
import { imageTagValue } from './image-tag.ts';

export interface ImageParts {
  readonly builds: ImageBuilds;
  readonly registries: ImageRegistries;
}

type DesiredImage =
  | { readonly kind: 'plain'; readonly uri: string; readonly reference: ImageReference; readonly follow: boolean }
  | { readonly kind: 'built'; readonly build: ImageBuild; readonly order: BuildOrder };

interface LiveImage {
  /** Of a built image: the tag that its content has. */
  readonly tag: string;
  /** `repository@sha256:…`; undefined: there is no such image. */
  readonly image: string | undefined;
}

interface BuildInput {
  readonly order: BuildOrder;
  readonly tag: string;
}

/** How many revisions, newest first, are searched for the image that a reference was pinned to. */
const SEARCHED_REVISIONS = 10;
const CONTENT_TAG = readKey<string>('content-tag');
const FOUND_DIGEST = readKey<string | undefined>('image-digest');

/**
 * The image, pinned to a digest. A plain image's tag is resolved when it is first deployed; the revision remembers which
 * reference it was made from, so a tag that moved is no difference unless the manifest follows it. A built image is named
 * after the content of its folder: when ECR has that tag, nothing is built and nothing is sent.
 */
export function image(context: LinkContext, parts: ImageParts): Resource<DesiredImage, LiveImage> {
  return {
    kind: 'image',
    promises: ['image'],
    desired: desiredImage,
    async observe(pass, desired): Promise<Observation<LiveImage>> {
      if (pass.purpose === 'remove') return { kind: 'absent' };
      const live =
        desired.kind === 'plain'
          ? await observePlain(context, parts, pass, desired)
          : await observeBuilt(context, parts, pass, desired);
      return { kind: 'present', live, owner: 'us' };
    },
    diff: () => [],
    plan(desired, seen, _differences, pass) {
      if (desired?.kind !== 'built' || seen.kind === 'absent' || seen.live.image !== undefined) return [];
      if (pass.pending.length === 0 && pass.outputs.repositoryUri === undefined) return [];
      return [buildAction(desired, seen.live, pass)];
    },
    refuse(desired, seen) {
      if (desired?.kind !== 'plain' || seen.kind === 'absent' || seen.live.image !== undefined) return undefined;
      return {
        kind: 'person',
        reason: 'ImageNotFound',
        message: `${desired.uri} is not in its registry: push it, or change spec.image.uri`,
      };
    },
    act: (action, pass) => build(context, parts, action.input.reveal() as BuildInput, pass),
    verify: (desired, seen, pass) => verify(desired, seen, pass),
  };
}

function desiredImage(pass: Pass): DesiredImage {
  const { image: wanted, architecture } = pass.manifest.spec;
  if (wanted.build === undefined) {
    const reference = parseImageReference(wanted.uri);
    if (typeof reference === 'string') throw new Error(`the image reference of ${pass.key} ${reference}`);
    return { kind: 'plain', uri: wanted.uri, reference, follow: wanted.follow };
  }
  const { build: wantedBuild } = wanted;
  const order: BuildOrder = {
    root: pass.directory ?? '',
    context: wantedBuild.context,
    dockerfile: wantedBuild.dockerfile,
    args: wantedBuild.args,
    platform: architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64',
    ...(wantedBuild.target === undefined ? {} : { target: wantedBuild.target }),
    ...(wantedBuild.template === undefined ? {} : { template: wantedBuild.template }),
  };
  return { kind: 'built', build: wantedBuild, order };
}

async function observePlain(
  context: LinkContext,
  parts: ImageParts,
  pass: Pass,
  { uri, reference, follow }: Extract<DesiredImage, { kind: 'plain' }>,
): Promise<LiveImage> {
  if (reference.digest !== undefined) return { tag: '', image: uri };
  const kept = follow ? undefined : await pinnedBefore(context, pass, uri);
  if (kept !== undefined) return { tag: '', image: kept };
  const digest = await pass.reads.once(FOUND_DIGEST, () => digestOf(context, parts, pass, reference));
  return { tag: '', image: digest === undefined ? undefined : pinned(uri, reference, digest) };
}

/**
 * The image that this reference was pinned to before: by the revision the service runs, or, when somebody else deployed
 * theirs, by the newest of ours that was made from the same reference.
 */
async function pinnedBefore(context: LinkContext, pass: Pass, uri: string): Promise<string | undefined> {
  const service = await readService(context, pass);
  if (service?.taskDefinition === undefined) return undefined;
  const { ecs } = gatewayFor(context, pass.manifest);
  const running = await ecs.describeRevision(service.taskDefinition, { signal: pass.signal });
  if (running === undefined) return undefined;
  if (isOurs(context, pass, running)) return imageFrom(running, pass, uri);
  for (const arn of await ecs.listRevisions(pass.manifest.spec.family, SEARCHED_REVISIONS, { signal: pass.signal })) {
    const revision = await ecs.describeRevision(arn, { signal: pass.signal });
    const found = revision && isOurs(context, pass, revision) ? imageFrom(revision, pass, uri) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOurs(context: LinkContext, pass: Pass, revision: Revision): boolean {
  return claimOf(tagMap(revision.tags), ownerOf(context, pass)).kind === 'ours';
}

function imageFrom(revision: Revision, pass: Pass, uri: string): string | undefined {
  if (tagMap(revision.tags)[IMAGE_TAG] !== imageTagValue(uri)) return undefined;
  const { name } = pass.manifest.spec.container;
  return revision.taskDefinition.containerDefinitions?.find((container) => container.name === name)?.image;
}

function digestOf(
  context: LinkContext,
  parts: ImageParts,
  pass: Pass,
  reference: ImageReference,
): Promise<string | undefined> {
  const { registry, repository, tag = 'latest' } = reference;
  const ecrHost = parseEcrHost(registry);
  if (ecrHost === undefined) return parts.registries.digestOf({ registry, repository, tag }, pass.signal);
  const { assumeRoleArn } = pass.manifest.spec;
  const role = assumeRoleArn === undefined ? {} : { assumeRoleArn };
  const { ecr } = context.gateways.for({ region: ecrHost.region, ...role });
  const ref = { registryId: ecrHost.account, repository, tag };
  return ecr.findImage(ref, { signal: pass.signal }).then((found) => found?.digest);
}

function pinned(uri: string, { tag }: ImageReference, digest: string): string {
  const name = tag === undefined ? uri : uri.slice(0, -(tag.length + 1));
  return `${name}@${digest}`;
}

async function observeBuilt(
  context: LinkContext,
  parts: ImageParts,
  pass: Pass,
  { build: wanted, order }: Extract<DesiredImage, { kind: 'built' }>,
): Promise<LiveImage> {
  const { ecr } = gatewayFor(context, pass.manifest);
  const tag = await pass.reads.once(CONTENT_TAG, () => parts.builds.tagOf(order, pass.signal));
  const repository = wanted.repository;
  const uri = pass.outputs.repositoryUri;
  // Not asked for before there is a repository: an answer from then would be taken for one of now.
  if (uri === undefined) return { tag, image: undefined };
  const digest = await pass.reads.once(FOUND_DIGEST, async () => {
    const found = await ecr.findImage({ repository, tag }, { signal: pass.signal });
    return found?.digest;
  });
  return { tag, image: digest === undefined ? undefined : `${uri}@${digest}` };
}

function buildAction(
  { build: wanted, order }: Extract<DesiredImage, { kind: 'built' }>,
  live: LiveImage,
  pass: Pass,
): Action {
  const input: BuildInput = { order, tag: live.tag };
  return {
    resource: 'image',
    verb: 'build',
    target: `${wanted.repository}:${live.tag}`,
    because: `no image carries the content of ${wanted.context}`,
    differences: [],
    startsRollout: false,
    deferred: pass.outputs.repositoryUri === undefined ? ['repositoryUri'] : [],
    input: new Sealed<unknown>(input),
  };
}

async function build(context: LinkContext, parts: ImageParts, { order, tag }: BuildInput, pass: Pass): Promise<void> {
  const repositoryUri = pass.outputs.repositoryUri;
  if (repositoryUri === undefined) throw new Error(`there is no repository to push ${tag} to`);
  const { ecr } = gatewayFor(context, pass.manifest);
  const target = { repositoryUri, tag, credentials: (signal: AbortSignal) => ecr.credentials({ signal }) };
  const tell = (told: BuildProgress): void => {
    const progress = progressOf(told);
    if (progress !== undefined) pass.tell?.(progress);
  };
  try {
    await parts.builds.buildAndPush(order, target, tell, pass.signal);
  } catch (thrown) {
    for (const line of logOf(thrown)) pass.tell?.(line);
    throw thrown;
  }
  // What ECR has under the tag now counts, not what the builder says it sent: another push may have been first.
  pass.reads.forget(FOUND_DIGEST);
}

function verify(desired: DesiredImage | undefined, seen: Observation<LiveImage>, pass: Pass): Readiness {
  if (desired === undefined || seen.kind === 'absent') return { kind: 'ready' };
  const { image: found } = seen.live;
  if (found !== undefined) {
    const message = `${found} is in its registry`;
    const condition: ConditionUpdate = { type: 'ImageAvailable', status: 'True', reason: 'Pinned', message };
    return { kind: 'ready', outputs: { image: found }, conditions: [condition] };
  }
  const message = desired.kind === 'plain' ? `${desired.uri} is not in its registry` : 'the image is not built yet';
  const reason = desired.kind === 'plain' ? 'ImageNotFound' : 'NotBuilt';
  const conditions: readonly ConditionUpdate[] = [{ type: 'ImageAvailable', status: 'False', reason, message }];
  if (pass.pending.length > 0 || desired.kind === 'built')
    return { kind: 'waiting', on: 'the image', againMs: 5000, conditions };
  return { kind: 'broken', reason, message, ending: 'refused', conditions };
}

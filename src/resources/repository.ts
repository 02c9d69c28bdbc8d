import type { EcrRepository } from '../aws/ecr-operations.ts';
import { isAwsError } from '../aws/errors.ts';
import { canonicalJson, type JsonValue } from '../lib/json.ts';
import { Sealed } from '../lib/sealed.ts';
import type { RepositorySettings, StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { claimOf, ownerTags, userTags } from '../reconcile/ownership.ts';
import type { Action, Refusal } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, tagMap } from './context.ts';

interface DesiredRepository {
  readonly name: string;
  readonly settings: RepositorySettings;
  readonly tags: StringMap;
}

interface LiveRepository {
  readonly repository: EcrRepository;
  /** JSON text; undefined: the repository has none, or the manifest states none and it was not asked for. */
  readonly lifecyclePolicy: string | undefined;
  /** Undefined: not asked for, since nothing hangs on them in this pass. */
  readonly tags: StringMap | undefined;
  readonly ours: boolean;
}

type RepositoryInput =
  | { readonly kind: 'create'; readonly name: string; readonly settings: RepositorySettings; readonly tags: StringMap }
  | { readonly kind: 'mutability'; readonly name: string; readonly mutability: string }
  | { readonly kind: 'scanning'; readonly name: string; readonly scanOnPush: boolean }
  | { readonly kind: 'lifecycle'; readonly name: string; readonly text: string }
  | { readonly kind: 'tags'; readonly arn: string; readonly tags: StringMap };

const REPOSITORY = readKey<EcrRepository | undefined>('repository');
const LIFECYCLE = readKey<string | undefined>('lifecycle-policy');
const REPOSITORY_TAGS = readKey<StringMap>('repository-tags');

/**
 * The ECR repository that a built image is pushed to. Only for manifests that build: a plain image's repository is
 * somebody else's. What is inside is never deleted here, and neither is the repository.
 */
export function repository(context: LinkContext): Resource<DesiredRepository | undefined, LiveRepository> {
  return {
    kind: 'repository',
    promises: ['repositoryUri'],
    desired(pass) {
      const { build } = pass.manifest.spec.image;
      if (build === undefined) return undefined;
      const tags = { ...userTags(pass.manifest), ...ownerTags(ownerOf(context, pass)) };
      return { name: build.repository, settings: build.repositorySettings, tags };
    },
    ahead(pass) {
      const { build } = pass.manifest.spec.image;
      return build === undefined ? undefined : readRepository(context, pass, build.repository);
    },
    observe: (pass, desired) => observe(context, pass, desired),
    diff: (desired, live) => (desired === undefined ? [] : differencesOf(desired, live)),
    plan: (desired, seen, differences) => (desired === undefined ? [] : planRepository(desired, seen, differences)),
    refuse: (desired, seen) => (desired === undefined ? undefined : encryptionRefusal(desired, seen)),
    act: (action, pass) => act(context, action.input.reveal() as RepositoryInput, pass),
    verify(_desired, seen) {
      const uri = seen.kind === 'present' ? seen.live.repository.repositoryUri : undefined;
      return uri === undefined ? { kind: 'ready' } : { kind: 'ready', outputs: { repositoryUri: uri } };
    },
  };
}

function readRepository(context: LinkContext, pass: Pass, name: string): Promise<EcrRepository | undefined> {
  const { ecr } = gatewayFor(context, pass.manifest);
  return pass.reads.once(REPOSITORY, () => ecr.describeRepository(name, { signal: pass.signal }));
}

async function observe(
  context: LinkContext,
  pass: Pass,
  desired: DesiredRepository | undefined,
): Promise<Observation<LiveRepository>> {
  if (desired === undefined || pass.purpose === 'remove') return { kind: 'absent' };
  const { ecr } = gatewayFor(context, pass.manifest);
  const { name } = desired;
  const options = { signal: pass.signal };
  const found = await readRepository(context, pass, name);
  if (found === undefined) return { kind: 'absent' };
  const stated = desired.settings.lifecyclePolicy !== undefined;
  const lifecyclePolicy = stated
    ? await pass.reads.once(LIFECYCLE, () => ecr.lifecyclePolicyOf(name, options))
    : undefined;
  const arn = found.repositoryArn;
  const settled = settingDifferences(desired.settings, found, lifecyclePolicy, 'declared').length === 0;
  if (arn === undefined || (settled && !(await labelsChanged(context, pass, desired)))) {
    return { kind: 'present', live: { repository: found, lifecyclePolicy, tags: undefined, ours: true }, owner: 'us' };
  }
  const tags = await pass.reads.once(REPOSITORY_TAGS, () => ecr.tagsOf(arn, options));
  const ours = claimOf(tags, ownerOf(context, pass)).kind === 'ours';
  return { kind: 'present', live: { repository: found, lifecyclePolicy, tags, ours }, owner: ours ? 'us' : 'other' };
}

/** As for log groups: the service is tagged last, so its tags show whether the labels changed since. */
async function labelsChanged(context: LinkContext, pass: Pass, desired: DesiredRepository): Promise<boolean> {
  const service = await readService(context, pass);
  const live = tagMap(service?.tags);
  return service !== undefined && Object.entries(desired.tags).some(([key, value]) => live[key] !== value);
}

function differencesOf(desired: DesiredRepository, live: LiveRepository): readonly Difference[] {
  const verdict = live.ours ? 'declared' : 'foreign';
  const settings = settingDifferences(desired.settings, live.repository, live.lifecyclePolicy, verdict);
  const { tags } = live;
  if (tags === undefined || !live.ours) return settings;
  const kept = Object.fromEntries(Object.entries(tags).filter(([key]) => desired.tags[key] !== undefined));
  return [...settings, ...compare('repository.tags', desired.tags, kept)];
}

function settingDifferences(
  settings: RepositorySettings,
  live: EcrRepository,
  lifecyclePolicy: string | undefined,
  verdict: Difference['verdict'],
): readonly Difference[] {
  const liveScan = live.imageScanningConfiguration?.scanOnPush ?? false;
  return [
    ...compare('repository.tagMutability', settings.tagMutability, live.imageTagMutability ?? 'MUTABLE', { verdict }),
    ...compare('repository.scanOnPush', settings.scanOnPush, liveScan, { verdict }),
    ...lifecycleDifferences(settings.lifecyclePolicy, lifecyclePolicy, verdict),
  ];
}

/**
 * A policy that the manifest does not state is somebody else's, and there is no default: ECR's rules select by tag, age and
 * number alone (ECR user guide, lifecycle_policy_parameters), so any of them would in time take an image that is in use.
 */
function lifecycleDifferences(
  wanted: RepositorySettings['lifecyclePolicy'],
  live: string | undefined,
  verdict: Difference['verdict'],
): readonly Difference[] {
  if (wanted === undefined) return [];
  return compare('repository.lifecyclePolicy', asJson(wanted), parsed(live), { verdict });
}

/** ECR may write the text anew, so the policies are compared as values. */
function parsed(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function asJson(policy: unknown): JsonValue {
  return JSON.parse(canonicalJson(policy)) as JsonValue;
}

/** Encryption is settled at creation (ECR API, CreateRepository); no encryption stated means whatever there is. */
function encryptionRefusal(desired: DesiredRepository, seen: Observation<LiveRepository>): Refusal | undefined {
  const wanted = desired.settings.encryption;
  if (seen.kind === 'absent' || wanted === undefined) return undefined;
  const live = seen.live.repository.encryptionConfiguration;
  const sameType = (live?.encryptionType ?? 'AES256') === wanted.type;
  if (sameType && (wanted.kmsKeyArn === undefined || live?.kmsKey === wanted.kmsKeyArn)) return undefined;
  return {
    kind: 'person',
    reason: 'ReplacementRequired',
    message: `ECR cannot change the encryption of repository ${desired.name}: make another repository, or set the manifest back`,
  };
}

function planRepository(
  desired: DesiredRepository,
  seen: Observation<LiveRepository>,
  differences: readonly Difference[],
): readonly Action[] {
  const { name, settings, tags } = desired;
  const lifecycle: RepositoryInput = { kind: 'lifecycle', name, text: canonicalJson(settings.lifecyclePolicy ?? {}) };
  // Its lifecycle policy follows once it is known whose it is: another manifest may have been first.
  if (seen.kind === 'absent')
    return [action('create', name, 'it does not exist', { kind: 'create', name, settings, tags })];
  if (seen.owner === 'other') return [];
  const inputs: Readonly<Record<string, RepositoryInput>> = {
    'repository.tagMutability': { kind: 'mutability', name, mutability: settings.tagMutability },
    'repository.scanOnPush': { kind: 'scanning', name, scanOnPush: settings.scanOnPush },
    'repository.lifecyclePolicy': lifecycle,
    'repository.tags': { kind: 'tags', arn: seen.live.repository.repositoryArn ?? '', tags },
  };
  return Object.entries(inputs).flatMap(([path, input]) => {
    const found = differences.filter((difference) => difference.path.startsWith(path));
    return found.length === 0
      ? []
      : [action(input.kind === 'tags' ? 'tag' : 'update', name, `its ${path.slice(11)} differs`, input, found)];
  });
}

function action(
  verb: Action['verb'],
  target: string,
  because: string,
  input: RepositoryInput,
  differences: readonly Difference[] = [],
): Action {
  const sealed = new Sealed<unknown>(input);
  return {
    resource: 'repository',
    verb,
    target,
    because,
    differences,
    startsRollout: false,
    deferred: [],
    input: sealed,
  };
}

async function act(context: LinkContext, input: RepositoryInput, pass: Pass): Promise<void> {
  const { ecr } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const before = await pass.reads.once<EcrRepository | undefined>(REPOSITORY, async () => undefined);
  switch (input.kind) {
    case 'create':
      await createOrFind(context, input, pass);
      return;
    case 'mutability':
      await ecr.setTagMutability(input.name, input.mutability, options);
      pass.reads.put(REPOSITORY, { ...before, imageTagMutability: input.mutability });
      return;
    case 'scanning':
      await ecr.setScanOnPush(input.name, input.scanOnPush, options);
      pass.reads.put(REPOSITORY, { ...before, imageScanningConfiguration: { scanOnPush: input.scanOnPush } });
      return;
    case 'lifecycle':
      await ecr.setLifecyclePolicy(input.name, input.text, options);
      pass.reads.put(LIFECYCLE, input.text);
      return;
    case 'tags':
      await ecr.tag(input.arn, input.tags, options);
      pass.reads.put(REPOSITORY_TAGS, input.tags);
  }
}

/** A repeated create, another manifest, or ECR's own creation on push may have been first: then it is read anew. */
async function createOrFind(
  context: LinkContext,
  { name, settings, tags }: Extract<RepositoryInput, { kind: 'create' }>,
  pass: Pass,
): Promise<void> {
  const { ecr } = gatewayFor(context, pass.manifest);
  const { reads, signal } = pass;
  const { tagMutability, scanOnPush, encryption } = settings;
  const key = encryption?.kmsKeyArn === undefined ? {} : { kmsKey: encryption.kmsKeyArn };
  const encrypted = encryption === undefined ? {} : { encryption: { encryptionType: encryption.type, ...key } };
  try {
    const made = await ecr.createRepository({ name, tagMutability, scanOnPush, tags, ...encrypted }, { signal });
    reads.put(REPOSITORY, made);
    reads.put(LIFECYCLE, undefined);
    reads.put(REPOSITORY_TAGS, tags);
  } catch (thrown) {
    if (!isAwsError(thrown, 'exists')) throw thrown;
    for (const read of [REPOSITORY, LIFECYCLE, REPOSITORY_TAGS]) reads.forget(read);
  }
}

import { AwsError, AwsFault } from '../aws/errors.ts';
import type { EcsApi, Revision } from '../aws/gateway.ts';
import type { CallOptions, RegisterTaskDefinitionInput, TaskDefinitionSettings } from '../aws/operations.ts';
import { hashOf } from '../lib/hash.ts';
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';
import { remembered } from '../lib/remembered.ts';
import { Sealed } from '../lib/sealed.ts';
import type { FargateService, StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { maskPair, mayShow } from '../reconcile/mask.ts';
import { claimOf, IMAGE_TAG, OWNER_TAGS, ownerTags, userTags } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import { readKey } from '../reconcile/reads.ts';
import type { Observation, Pass, Resource } from '../reconcile/resource.ts';
import { gatewayFor, type LinkContext, ownerOf, readService, revisionName, tagList, tagMap } from './context.ts';
import { failedBefore, settingsFailedBefore } from './failed-before.ts';
import { imageTagValue } from './image-tag.ts';
import { condemnation } from './rollout-mark.ts';
import { settingsOf } from './rollout-settings.ts';
import { normaliseTaskDefinition } from './task-definition.normalise.ts';
import { taskDefinitionDocument } from './task-definition-document.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Version of the normal form that is hashed; a hash of another version says nothing and the documents are compared. */
const HASH_VERSION = 'v1';
/** How many revisions, newest first, are searched for one that already carries the wanted document. */
const SEARCHED_REVISIONS = 10;

export interface DesiredTaskDefinition {
  readonly family: string;
  readonly document: TaskDefinitionSettings;
  readonly normal: JsonObject;
  readonly hash: string;
  readonly tags: StringMap;
}

export interface LiveTaskDefinition {
  /** What the service runs. */
  readonly running: Revision | undefined;
  /** The revision that carries the wanted document. */
  readonly match: Revision | undefined;
}

const MATCH = readKey<Revision | undefined>('matching-revision');
/** The number of the newest revision that was shown. */
const NEWEST = readKey<number>('newest-revision');

/**
 * The task definition. Compared with the revision the service runs, never with the newest of the family: others may have
 * registered newer ones. Every registration makes a new revision, also of an identical document, and revision numbers
 * are a quota that is never given back, so a revision that already carries the document is used again.
 */
export function taskDefinition(context: LinkContext): Resource<DesiredTaskDefinition, LiveTaskDefinition> {
  return {
    kind: 'task definition',
    promises: ['taskDefinitionArn'],
    desired: (pass) => desiredTaskDefinition(context, pass),
    observe: (pass, desired) => observe(context, pass, desired),
    diff: (desired, live) => (live.match === undefined ? differences(desired, live.running) : []),
    plan(desired, seen, found) {
      if (desired === undefined) return [];
      return seen.kind === 'present' && seen.live.match !== undefined ? [] : [register(desired, seen, found)];
    },
    refuse: (desired, seen, pass) => (desired === undefined ? undefined : failedBefore(seen, pass)),
    act: (action, pass) => act(context, action.input.reveal() as RegisterTaskDefinitionInput, pass),
    verify(desired, seen, pass) {
      const match = seen.kind === 'present' ? seen.live.match : undefined;
      const taskDefinitionArn = match?.taskDefinition.taskDefinitionArn;
      if (desired === undefined || taskDefinitionArn === undefined) return { kind: 'ready' };
      const verdict = failedBefore(seen, pass)?.ending;
      const refused = verdict === undefined ? {} : { refusedRollout: { verdict } };
      const failedSettings = seen.kind === 'present' ? settingsFailedBefore(seen.live, pass) : undefined;
      const settings = failedSettings === undefined ? {} : { failedSettings };
      return { kind: 'ready', outputs: { taskDefinitionArn, ...refused, ...settings } };
    },
  };
}

export function desiredTaskDefinition(context: LinkContext, pass: Pass): DesiredTaskDefinition {
  const { manifest } = pass;
  const described = describedOnce(manifest, imageOf(pass));
  return { family: manifest.spec.family, ...described, tags: tagsOf(context, pass, manifest, described.hash) };
}

/** Two links ask, each before and after it acts, in every pass. */
const describedOnce = remembered(
  (manifest: FargateService, image): Pick<DesiredTaskDefinition, 'document' | 'normal' | 'hash'> => {
    const document = taskDefinitionDocument(manifest, image);
    const normal = normaliseTaskDefinition(document);
    return { document, normal, hash: `${HASH_VERSION}:${hashOf(normal)}` };
  },
);

/** What the image link found; before the image is built, a name that no image has. */
function imageOf({ outputs, manifest }: Pass): string {
  const { uri, build } = manifest.spec.image;
  return outputs.image ?? uri ?? `${build?.repository ?? ''}:(to be built)`;
}

function tagsOf(context: LinkContext, pass: Pass, manifest: FargateService, hash: string): StringMap {
  const { uri } = manifest.spec.image;
  const madeFrom = uri === undefined ? {} : { [IMAGE_TAG]: imageTagValue(uri) };
  return { ...userTags(manifest), ...ownerTags(ownerOf(context, pass)), ...madeFrom, [OWNER_TAGS.specHash]: hash };
}

async function observe(
  context: LinkContext,
  pass: Pass,
  desired: DesiredTaskDefinition,
): Promise<Observation<LiveTaskDefinition>> {
  const service = await readService(context, pass);
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const arn = service?.taskDefinition;
  const running = arn === undefined ? undefined : await shownRevision(ecs, arn, options);
  const match = await pass.reads.once(MATCH, async () => {
    const carried = running !== undefined && carries(running, desired);
    const found = carried ? running : await findRevision(context, pass, desired, running);
    const foundArn = found?.taskDefinition.taskDefinitionArn;
    // A person may have pardoned it from another process, and revisions are read once for ever.
    if (foundArn === undefined || condemnation(found, settingsOf(pass.manifest)) === undefined) return found;
    return ecs.rereadRevision(foundArn, options);
  });
  if (running === undefined && match === undefined) return { kind: 'absent' };
  return { kind: 'present', live: { running, match }, owner: 'us' };
}

/**
 * A revision that a service runs or a list shows as ACTIVE. ECS keeps one for as long as a service runs it, even one that
 * was deleted (API reference, DeleteTaskDefinitions): when it says that it knows none, it does not show it yet, and what
 * it carries is in doubt.
 */
async function shownRevision(ecs: EcsApi, arn: string, options: CallOptions): Promise<Revision> {
  const revision = await ecs.describeRevision(arn, options);
  if (revision !== undefined) return revision;
  const fault = new AwsFault('StaleAnswer', `${revisionName(arn)} is in use, and is not shown yet`);
  throw new AwsError('transient', 'ecs:DescribeTaskDefinition', fault);
}

/**
 * The newest ACTIVE revision of the family that carries the wanted document. A registration whose answer was lost leaves
 * twins, and only one of them can be marked as failed: what is known of one holds for all.
 */
async function findRevision(
  context: LinkContext,
  pass: Pass,
  desired: DesiredTaskDefinition,
  running: Revision | undefined,
): Promise<Revision | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const known = running?.taskDefinition.family === desired.family || (await ecs.hasFamily(desired.family, options));
  if (!known) return undefined;
  let newest: Revision | undefined;
  // What this pass knows to have failed counts, even where a list that lags does not show it.
  const { failedRollout } = pass.outputs;
  const failed = failedRollout === undefined ? [] : [failedRollout.arn];
  const settings = settingsOf(pass.manifest);
  const listed = await ecs.listRevisions(desired.family, SEARCHED_REVISIONS, options);
  pass.reads.put(NEWEST, Math.max(0, ...[...failed, ...listed].map(revisionNumber)));
  for (const arn of new Set([...failed, ...listed])) {
    // One after the other: each is a call, unless it has been read before.
    const revision = await shownRevision(ecs, arn, options);
    const ours = claimOf(tagMap(revision.tags), ownerOf(context, pass)).kind === 'ours';
    if (!ours || !carries(revision, desired)) continue;
    if (condemnation(revision, settings) !== undefined) return revision;
    newest ??= revision;
  }
  return newest;
}

/** By its hash when that is of our version, else by its document: an adopted revision carries no hash. */
function carries(revision: Revision, desired: DesiredTaskDefinition): boolean {
  const hash = tagMap(revision.tags)[OWNER_TAGS.specHash];
  if (hash?.startsWith(`${HASH_VERSION}:`)) return hash === desired.hash;
  return hashOf(normaliseTaskDefinition(revision.taskDefinition)) === hashOf(desired.normal);
}

function differences(desired: DesiredTaskDefinition, running: Revision | undefined): readonly Difference[] {
  if (running === undefined) return [];
  return compareTaskDefinitions(desired.normal, normaliseTaskDefinition(running.taskDefinition));
}

/** Differences of two normal forms, with values that may be secrets masked. */
export function compareTaskDefinitions(desired: JsonObject, live: JsonObject): readonly Difference[] {
  return compare('', desired, live, { itemName }).map(masked);
}

function itemName(item: JsonValue): string | undefined {
  const name = isJsonObject(item) ? (item['name'] ?? item['containerPath'] ?? item['containerPort']) : undefined;
  return typeof name === 'string' || typeof name === 'number' ? String(name) : undefined;
}

/** Values of the environment and of secrets, in whatever container. */
function masked(difference: Difference): Difference {
  const { path, desired, live } = difference;
  if (path.includes('secrets[')) return { ...difference, ...maskPair(desired, live) };
  const entry = /environment\[([^\]]*)\]/.exec(path);
  if (entry === null) return { ...difference, desired: maskedDeep(desired), live: maskedDeep(live) };
  const name = entry[1] ?? '';
  const plain = [valueIn(desired), valueIn(live)].every((value) => value === undefined || mayShow(name, value));
  if (!plain) return { ...difference, ...maskPair(desired, live) };
  return { ...difference, desired: valueIn(desired), live: valueIn(live) };
}

/** An environment entry is reported by its value: `{name, value}` would say the name twice. */
function valueIn(entry: JsonValue | undefined): string | undefined {
  const value = isJsonObject(entry) ? (entry['value'] ?? '') : entry;
  return typeof value === 'string' ? value : value === undefined ? undefined : canonicalJson(value);
}

/** A whole container that was added or removed carries its environment with it. */
function maskedDeep(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => maskedDeep(item as JsonValue) ?? null);
  if (!isJsonObject(value)) return value;
  const hidden = new Set(['environment', 'secrets', 'secretOptions']);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, hidden.has(key) ? '***' : maskedDeep(member)]),
  );
}

function register(
  desired: DesiredTaskDefinition,
  seen: Observation<LiveTaskDefinition>,
  found: readonly Difference[],
): Action {
  const running = seen.kind === 'present' ? seen.live.running : undefined;
  const input: RegisterTaskDefinitionInput = { ...desired.document, tags: tagList(desired.tags) };
  return {
    resource: 'task definition',
    verb: 'register',
    target: desired.family,
    because:
      running === undefined
        ? 'no revision carries this document'
        : `${found.length} ${found.length === 1 ? 'field differs' : 'fields differ'} from ${revisionName(running.taskDefinition.taskDefinitionArn ?? '')}`,
    differences: found,
    startsRollout: false,
    deferred: [],
    input: new Sealed<unknown>(input),
  };
}

async function act(context: LinkContext, input: RegisterTaskDefinitionInput, pass: Pass): Promise<void> {
  const { ecs } = gatewayFor(context, pass.manifest);
  try {
    const registered = await ecs.registerTaskDefinition(input, { signal: pass.signal });
    pass.reads.put(MATCH, (await hiddenFailure(context, pass, registered)) ?? registered);
  } catch (thrown) {
    throw withoutSecrets(thrown, input);
  }
}

/**
 * The revision that carries this document and has failed, if the list did not show it yet. Numbers go up by one (ECS
 * developer guide, "Task definition"): what lies between the newest that was listed and the one just registered was
 * hidden, or was deregistered long ago.
 */
async function hiddenFailure(context: LinkContext, pass: Pass, registered: Revision): Promise<Revision | undefined> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const arn = registered.taskDefinition.taskDefinitionArn ?? '';
  const own = revisionNumber(arn);
  const newest = await pass.reads.once(NEWEST, async () => 0);
  const desired = desiredTaskDefinition(context, pass);
  const settings = settingsOf(pass.manifest);
  for (let number = own - 1; number > Math.max(newest, own - 1 - SEARCHED_REVISIONS); number--) {
    const name = `${arn.slice(0, arn.lastIndexOf(':') + 1)}${number}`;
    const revision = await ecs.describeRevision(name, { signal: pass.signal });
    if (revision?.taskDefinition.status !== 'ACTIVE') return undefined;
    const ours = claimOf(tagMap(revision.tags), ownerOf(context, pass)).kind === 'ours';
    if (ours && carries(revision, desired) && condemnation(revision, settings) !== undefined) return revision;
  }
  return undefined;
}

function revisionNumber(arn: string): number {
  return Number(arn.slice(arn.lastIndexOf(':') + 1));
}

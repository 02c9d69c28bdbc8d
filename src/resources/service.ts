import type { CreateServiceInput, EcsService, EcsServiceSettings, UpdateServiceInput } from '../aws/operations.ts';
import { hashOf } from '../lib/hash.ts';
import type { JsonValue } from '../lib/json.ts';
import { Sealed } from '../lib/sealed.ts';
import type { StringMap } from '../manifest/types.ts';
import { compare } from '../reconcile/compare.ts';
import { type Difference, declaredOnly } from '../reconcile/difference.ts';
import { claimOf, isAwsTag, OWNER_TAGS, ownerTags, SUSPENDED_TAG, userTags } from '../reconcile/ownership.ts';
import type { Action, Refusal } from '../reconcile/plan.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import {
  clusterName,
  gatewayFor,
  type LinkContext,
  ownerOf,
  readAnyService,
  readService,
  revisionName,
  SERVICE,
  serviceLabel,
  tagList,
  tagMap,
  untilNextLook,
} from './context.ts';
import { generationOf } from './live-service.ts';
import { primaryOf } from './rollout-evidence.ts';
import { comparableService, normaliseServiceDocument } from './service.normalise.ts';
import { type CountOwner, initialCount, serviceDocument } from './service-document.ts';
import { desiredTaskDefinition } from './task-definition.ts';

/** Version of the stamp; one of another version says nothing, so that an upgrade of ours writes nothing. */
const STAMP_VERSION = 'v1';
/** ECS makes these only anew (API reference of UpdateService; terraform-provider-aws marks them ForceNew). */
const REPLACES: ReadonlySet<string> = new Set(['launchType', 'schedulingStrategy', 'role', 'deploymentController']);

interface DesiredService {
  readonly document: EcsServiceSettings;
  readonly countOwner: CountOwner;
  /** Undefined while the revision is only planned. */
  readonly taskDefinitionArn: string | undefined;
  readonly pendingRevision: string;
  readonly tags: StringMap;
  readonly stamp: string;
}

type ServiceInput =
  | { readonly kind: 'create'; readonly input: CreateServiceInput }
  | {
      readonly kind: 'change';
      readonly update: UpdateServiceInput | undefined;
      readonly arn: string;
      readonly tags: StringMap;
    }
  | { readonly kind: 'delete' };

/** The ECS service itself: created once, then changed by one UpdateService that carries every difference. */
export function service(context: LinkContext): Resource<DesiredService, EcsService> {
  return {
    kind: 'service',
    desired: (pass) => desiredService(context, pass),
    async observe(pass): Promise<Observation<EcsService>> {
      const live = await readService(context, pass);
      if (live === undefined) return { kind: 'absent' };
      const ours = claimOf(tagMap(live.tags), ownerOf(context, pass)).kind === 'ours';
      return { kind: 'present', live, owner: ours ? 'us' : 'other' };
    },
    diff: (desired, live) => (live.status === 'DRAINING' ? [] : differencesOf(desired, live)),
    plan(desired, seen, differences, pass) {
      if (desired === undefined) return planRemoval(seen, pass);
      if (seen.kind === 'absent') return [create(desired, pass)];
      return change(desired, seen.live, differences, pass);
    },
    refuse(desired, seen, pass) {
      if (desired === undefined || seen.kind === 'absent') return undefined;
      return replacementRefusal(differencesOf(desired, seen.live), pass);
    },
    act: (action, pass) => act(context, action.input.reveal() as ServiceInput, pass),
    verify: (desired, seen) => verify(context, desired, seen),
  };
}

function desiredService(context: LinkContext, pass: Pass): DesiredService {
  const { manifest } = pass;
  const declaredOwner: CountOwner = manifest.spec.autoscaling === undefined ? 'manifest' : 'autoscaling';
  const declared = normaliseServiceDocument(serviceDocument(manifest, declaredOwner));
  const { hash, family } = desiredTaskDefinition(context, pass);
  const countOwner = pass.outputs.desiredCountOwner ?? declaredOwner;
  return {
    document: serviceDocument(manifest, countOwner),
    countOwner,
    taskDefinitionArn: pass.outputs.taskDefinitionArn,
    pendingRevision: `${family}:(new revision)`,
    tags: { ...userTags(manifest), ...ownerTags(ownerOf(context, pass)) },
    stamp: `${STAMP_VERSION}:${hashOf({ service: declared, taskDefinition: hash })}`,
  };
}

function differencesOf(desired: DesiredService, live: EcsService): readonly Difference[] {
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
  return key === SUSPENDED_TAG || Object.values<string>(OWNER_TAGS).includes(key);
}

function stampDiffers(desired: DesiredService, liveTags: StringMap): boolean {
  const stamp = liveTags[OWNER_TAGS.specHash];
  if (stamp === desired.stamp) return false;
  return stamp === undefined || stamp.startsWith(`${STAMP_VERSION}:`);
}

function replacementRefusal(differences: readonly Difference[], pass: Pass): Refusal | undefined {
  const replacing = differences.filter((difference) => difference.replaces);
  if (replacing.length === 0) return undefined;
  const paths = replacing.map((difference) => `${difference.path} (live ${JSON.stringify(difference.live ?? null)})`);
  return {
    kind: 'person',
    reason: 'ReplacementRequired',
    message: `ECS cannot change ${paths.join(', ')} of ${serviceLabel(pass.manifest)} in place: delete the service deliberately, or set the manifest back`,
  };
}

function create(desired: DesiredService, pass: Pass): Action {
  const { spec } = pass.manifest;
  const input: CreateServiceInput = {
    ...desired.document,
    cluster: spec.cluster,
    serviceName: spec.serviceName,
    taskDefinition: desired.taskDefinitionArn ?? desired.pendingRevision,
    desiredCount: desired.document.desiredCount ?? initialCount(spec),
    tags: tagList({ ...desired.tags, [OWNER_TAGS.specHash]: desired.stamp, [OWNER_TAGS.generation]: '1' }),
  };
  return action('create', pass, 'it does not exist', { kind: 'create', input }, [], desired);
}

function change(
  desired: DesiredService,
  live: EcsService,
  differences: readonly Difference[],
  pass: Pass,
): readonly Action[] {
  const declared = declaredOnly(differences);
  const retry = retries(live, pass);
  if ((declared.length === 0 && !retry) || live.status === 'DRAINING' || live.serviceArn === undefined) return [];
  const changed = new Set(declared.map((difference) => memberOf(difference.path)));
  const tagged = changed.delete('tags');
  const update = changed.size === 0 && !retry ? undefined : updateInput(desired, changed, retry, pass);
  const input: ServiceInput = {
    kind: 'change',
    update,
    arn: live.serviceArn,
    tags: tagged ? stampedTags(desired, live) : {},
  };
  const adopted = claimOf(tagMap(live.tags), { controllerId: '', key: pass.key }).kind === 'unmanaged';
  const verb = update === undefined ? (adopted ? 'adopt' : 'tag') : 'update';
  const because = retry ? 'its failed rollout is to be tried again' : countOf(declared);
  return [action(verb, pass, because, input, declared, desired)];
}

/** A person pardoned the failed deployment and the service still hangs in it: only a new deployment starts tasks again. */
function retries(live: EcsService, pass: Pass): boolean {
  const primary = primaryOf(live);
  return (
    primary?.rolloutState === 'FAILED' && pass.outputs.pardoned !== undefined && pass.outputs.pardoned === primary.id
  );
}

function countOf(differences: readonly Difference[]): string {
  const shown = differences.filter((difference) => difference.path !== `tags[${OWNER_TAGS.specHash}]`);
  if (shown.length === 0) return 'its tags differ';
  return shown.length === 1 ? '1 field differs' : `${shown.length} fields differ`;
}

function updateInput(
  desired: DesiredService,
  changed: ReadonlySet<string>,
  retry: boolean,
  pass: Pass,
): UpdateServiceInput {
  const { spec } = pass.manifest;
  const document: Record<string, unknown> = {
    ...desired.document,
    capacityProviderStrategy: desired.document.capacityProviderStrategy ?? [],
  };
  const names = [...changed].filter((name) => name !== 'taskDefinition' && name !== 'launchType');
  const strategyChanges = changed.has('capacityProviderStrategy') || changed.has('launchType');
  if (strategyChanges && !names.includes('capacityProviderStrategy')) names.push('capacityProviderStrategy');
  const taskDefinition = desired.taskDefinitionArn ?? desired.pendingRevision;
  return {
    cluster: spec.cluster,
    service: spec.serviceName,
    ...Object.fromEntries(names.map((name) => [name, document[name]])),
    ...(changed.has('taskDefinition') ? { taskDefinition } : {}),
    // Running tasks stay where they are unless a deployment moves them (terraform-provider-aws insists on it as well).
    ...(strategyChanges || retry ? { forceNewDeployment: true } : {}),
  };
}

function memberOf(path: string): string {
  const end = path.search(/[.[]/);
  return end < 0 ? path : path.slice(0, end);
}

function stampedTags(desired: DesiredService, live: EcsService): StringMap {
  const liveTags = tagMap(live.tags);
  const wanted: StringMap = stampDiffers(desired, liveTags)
    ? {
        ...desired.tags,
        [OWNER_TAGS.specHash]: desired.stamp,
        [OWNER_TAGS.generation]: String(generationOf(live) + 1),
      }
    : desired.tags;
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => liveTags[key] !== value));
}

/** Members whose change starts a deployment (SDK, UpdateServiceRequest: "triggers a new service deployment"). */
const STARTS_ROLLOUT: ReadonlySet<string> = new Set([
  'taskDefinition',
  'networkConfiguration',
  'platformVersion',
  'loadBalancers',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'capacityProviderStrategy',
  'launchType',
]);

function action(
  verb: Action['verb'],
  pass: Pass,
  because: string,
  input: ServiceInput,
  differences: readonly Difference[],
  desired: DesiredService | undefined,
): Action {
  const replacesTasks = differences.some((difference) => STARTS_ROLLOUT.has(memberOf(difference.path)));
  return {
    resource: 'service',
    verb,
    target: serviceLabel(pass.manifest),
    because,
    differences,
    startsRollout: verb === 'create' || replacesTasks,
    deferred: desired !== undefined && desired.taskDefinitionArn === undefined ? ['taskDefinitionArn'] : [],
    input: new Sealed<unknown>(input),
  };
}

function planRemoval(seen: Observation<EcsService>, pass: Pass): readonly Action[] {
  if (seen.kind === 'absent' || seen.owner === 'other' || seen.live.status !== 'ACTIVE') return [];
  const { spec } = pass.manifest;
  const input: ServiceInput = { kind: 'delete' };
  if ((seen.live.desiredCount ?? 0) > 0) {
    const update = { cluster: spec.cluster, service: spec.serviceName, desiredCount: 0 };
    const scale: ServiceInput = { kind: 'change', update, arn: seen.live.serviceArn ?? '', tags: {} };
    return [action('delete', pass, 'its tasks stop first, then it goes', scale, [], undefined)];
  }
  const running = (seen.live.runningCount ?? 0) + (seen.live.pendingCount ?? 0);
  return running > 0 ? [] : [action('delete', pass, 'its manifest is gone', input, [], undefined)];
}

async function act(context: LinkContext, input: ServiceInput, pass: Pass): Promise<void> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  switch (input.kind) {
    case 'create': {
      const clientToken = await clientTokenOf(context, pass, input.input);
      const created = await ecs.createService({ ...input.input, clientToken }, options);
      pass.reads.put(SERVICE, { tags: input.input.tags ?? [], ...created });
      return;
    }
    case 'change':
      await applyChange(context, input, pass);
      return;
    case 'delete': {
      const { cluster, serviceName } = pass.manifest.spec;
      await ecs.deleteService({ cluster, service: serviceName }, options);
      pass.reads.forget(SERVICE);
    }
  }
}

/**
 * The same for a retry of the same creation, another one for any other: ECS answers a repeated token with the service it
 * made (ECS developer guide, "Idempotency"). A deleted namesake starts a new incarnation.
 */
async function clientTokenOf(context: LinkContext, pass: Pass, input: CreateServiceInput): Promise<string> {
  const remains = await readAnyService(context, pass);
  const incarnation = remains?.status === 'INACTIVE' ? (remains.createdAt?.toISOString() ?? 'again') : 'first';
  const cluster = clusterName(input.cluster ?? '');
  return hashOf({ cluster, controller: context.controllerId, key: pass.key, incarnation, input }).slice(0, 36);
}

async function applyChange(
  context: LinkContext,
  input: Extract<ServiceInput, { kind: 'change' }>,
  pass: Pass,
): Promise<void> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = { signal: pass.signal };
  const before = await readService(context, pass);
  let after = before ?? {};
  if (input.update !== undefined) {
    const updated = await ecs.updateService(input.update, options);
    after = { ...updated, tags: before?.tags ?? [] };
    pass.reads.put(SERVICE, after);
  }
  if (Object.keys(input.tags).length === 0) return;
  await ecs.tagResource(input.arn, tagList(input.tags), options);
  pass.reads.put(SERVICE, { ...after, tags: tagList({ ...tagMap(before?.tags), ...input.tags }) });
}

function verify(context: LinkContext, desired: DesiredService | undefined, seen: Observation<EcsService>): Readiness {
  if (desired === undefined) return verifyRemoval(context, seen);
  if (seen.kind === 'absent') return { kind: 'waiting', on: 'the service to be created', againMs: 1000 };
  if (seen.live.status === 'DRAINING') {
    return { kind: 'waiting', on: 'a deleted service of the same name to drain', againMs: untilNextLook(context) };
  }
  return { kind: 'ready' };
}

function verifyRemoval(context: LinkContext, seen: Observation<EcsService>): Readiness {
  if (seen.kind === 'absent') return { kind: 'ready' };
  if (seen.owner === 'other') {
    return { kind: 'broken', reason: 'NotOurs', message: 'the service is not tagged as ours', ending: 'refused' };
  }
  return { kind: 'waiting', on: 'the tasks to stop', againMs: untilNextLook(context) };
}

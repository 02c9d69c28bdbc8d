import { AwsError, AwsFault } from '../aws/errors.ts';
import type { CreateServiceInput, EcsService } from '../aws/operations.ts';
import { hashOf } from '../lib/hash.ts';
import { compare } from '../reconcile/compare.ts';
import type { Difference } from '../reconcile/difference.ts';
import { claimOf } from '../reconcile/ownership.ts';
import type { Refusal } from '../reconcile/plan.ts';
import type { Observation, Pass, Readiness, Resource } from '../reconcile/resource.ts';
import {
  clusterName,
  gatewayFor,
  type LinkContext,
  ownerOf,
  readAnyService,
  readService,
  SERVICE,
  sendOptions,
  serviceLabel,
  tagList,
  tagMap,
  untilNextLook,
} from './context.ts';
import { type DesiredService, desiredService } from './desired-service.ts';
import { startsRollout } from './rollout-settings.ts';
import { changeService, createService, removeService, type ServiceInput } from './service-actions.ts';
import { differencesOf } from './service-differences.ts';

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
    diff: (desired, live) =>
      live.status === 'DRAINING' ? compare('status', 'ACTIVE', live.status) : differencesOf(desired, live),
    plan(desired, seen, differences, pass) {
      if (desired === undefined) return removeService(seen, pass);
      if (seen.kind === 'absent') return [createService(desired, pass)];
      return changeService(desired, seen.live, differences, pass);
    },
    refuse: (_desired, _seen, pass, differences) =>
      replacementRefusal(differences, pass) ?? settingsRefusal(differences, pass),
    act: (action, pass) => act(context, action.input.reveal() as ServiceInput, pass),
    verify: (desired, seen, pass) => verify(context, desired, seen, pass),
  };
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

/** Settings whose rollout failed are not deployed again until the manifest changes or a person says so. */
function settingsRefusal(differences: readonly Difference[], pass: Pass): Refusal | undefined {
  const failed = pass.outputs.failedSettings;
  const paths = differences.filter(startsRollout).map(({ path }) => path);
  if (failed === undefined || paths.length === 0) return undefined;
  const { spec, metadata } = pass.manifest;
  const said = failed.message === undefined ? '' : ` (${failed.message})`;
  return {
    kind: 'person',
    reason: 'RolloutFailed',
    ending: failed.verdict,
    message: `the rollout of ${paths.join(', ')} of ${spec.serviceName} failed and the settings before it are in force${said}: it is not tried again until the manifest changes, or say evenkeel reconcile ${metadata.name} --retry`,
  };
}

async function act(context: LinkContext, input: ServiceInput, pass: Pass): Promise<void> {
  const { ecs } = gatewayFor(context, pass.manifest);
  const options = sendOptions(pass);
  switch (input.kind) {
    case 'create': {
      const clientToken = await clientTokenOf(context, pass, input.input);
      const created = await ecs.createService({ ...input.input, clientToken }, options);
      refuseAnotherOwner(context, created, pass);
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
 * The answer to a repeated token is the service of the first time, and somebody may have taken our tags off it since: then
 * the read that did not show it was old, and whose it is has to be looked at anew.
 */
function refuseAnotherOwner(context: LinkContext, created: EcsService, pass: Pass): void {
  const { tags = [] } = created;
  if (tags.length === 0 || claimOf(tagMap(tags), ownerOf(context, pass)).kind === 'ours') return;
  pass.reads.forget(SERVICE);
  const fault = new AwsFault('StaleAnswer', 'the service was there already, and is not tagged as ours');
  throw new AwsError('transient', 'ecs:CreateService', fault);
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
  const options = sendOptions(pass);
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

function verify(
  context: LinkContext,
  desired: DesiredService | undefined,
  seen: Observation<EcsService>,
  { outputs }: Pass,
): Readiness {
  if (desired === undefined) return verifyRemoval(context, seen);
  if (seen.kind === 'absent') return { kind: 'waiting', on: 'the service to be created', againMs: 1000 };
  if (seen.live.status === 'DRAINING') {
    return { kind: 'waiting', on: 'a deleted service of the same name to drain', againMs: untilNextLook(context) };
  }
  const refused = outputs.failedSettings !== undefined && differencesOf(desired, seen.live).some(startsRollout);
  return refused ? { kind: 'ready', outputs: { refusedSettings: true } } : { kind: 'ready' };
}

function verifyRemoval(context: LinkContext, seen: Observation<EcsService>): Readiness {
  if (seen.kind === 'absent') return { kind: 'ready' };
  if (seen.owner === 'other') {
    return { kind: 'broken', reason: 'NotOurs', message: 'the service is not tagged as ours', ending: 'refused' };
  }
  return { kind: 'waiting', on: 'the tasks to stop', againMs: untilNextLook(context) };
}

import type { CreateServiceInput, EcsService, UpdateServiceInput } from '../aws/operations.ts';
import { Sealed } from '../lib/sealed.ts';
import type { StringMap } from '../manifest/types.ts';
import { type Difference, declaredOnly } from '../reconcile/difference.ts';
import { claimOf, isBookkeeping, OWNER_TAGS } from '../reconcile/ownership.ts';
import type { Action } from '../reconcile/plan.ts';
import type { Observation, Pass } from '../reconcile/resource.ts';
import { serviceLabel, tagList, tagMap } from './context.ts';
import { type DesiredService, stampDiffers } from './desired-service.ts';
import { generationOf } from './live-service.ts';
import { primaryOf } from './rollout-evidence.ts';
import { memberOf, startsRollout } from './rollout-settings.ts';
import { initialCount } from './service-document.ts';

/** What is sent to AWS for one action; sealed, since it can hold what nobody is to read. */
export type ServiceInput =
  | { readonly kind: 'create'; readonly input: CreateServiceInput }
  | {
      readonly kind: 'change';
      readonly update: UpdateServiceInput | undefined;
      readonly arn: string;
      readonly tags: StringMap;
    }
  | { readonly kind: 'delete' };

/** The creation of a service that is not there. */
export function createService(desired: DesiredService, pass: Pass): Action {
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

/** One action that carries every difference, or none. */
export function changeService(
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
  const shown = differences.filter(({ path }) => !isBookkeeping(path));
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

function action(
  verb: Action['verb'],
  pass: Pass,
  because: string,
  input: ServiceInput,
  differences: readonly Difference[],
  desired: DesiredService | undefined,
): Action {
  const replacesTasks = differences.some(startsRollout);
  return {
    resource: 'service',
    verb,
    target: serviceLabel(pass.manifest),
    because,
    differences: differences.filter(({ path }) => !isBookkeeping(path)),
    startsRollout: verb === 'create' || replacesTasks,
    deferred: desired !== undefined && desired.taskDefinitionArn === undefined ? ['taskDefinitionArn'] : [],
    input: new Sealed<unknown>(input),
  };
}

/** Takes the service away: first its tasks, then itself. */
export function removeService(seen: Observation<EcsService>, pass: Pass): readonly Action[] {
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

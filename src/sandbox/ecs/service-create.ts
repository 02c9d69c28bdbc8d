import type { CreateServiceInput } from '../../aws/operations.ts';
import { canonicalJson } from '../../lib/json.ts';
import { today } from '../environment.ts';
import { invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import { findCluster, usableRevision } from './names.ts';
import type { ClusterRecord, ServiceRecord } from './records.ts';
import { deploy } from './scheduler.ts';
import { newBlueprint, newSettings } from './service-defaults.ts';
import { checkFargate, checkSettings, checkTags } from './service-rules.ts';

/** CreateService: the service it made, or the one that a repeated call had made before. */
export function createService(region: Region, input: CreateServiceInput): ServiceRecord {
  const cluster = findCluster(region, input.cluster);
  checkRequest(input);
  const repeated = findRepeated(region, cluster, input);
  if (repeated !== undefined) return repeated;
  const revision = usableRevision(region, input.taskDefinition ?? '');
  checkFargate(input, input.launchType, revision);
  checkSettings(region, input, revision);
  checkTags(input.tags);
  const { environment } = region;
  const blueprint = newBlueprint(input, revision.definition.taskDefinitionArn);
  const former = region.services.get(`${cluster.name}/${input.serviceName}`);
  if (former !== undefined) former.former = undefined;
  const service: ServiceRecord = {
    arn: region.arn('ecs', `service/${cluster.name}/${input.serviceName}`),
    name: input.serviceName,
    cluster,
    status: 'ACTIVE',
    settings: newSettings(input),
    blueprint,
    deployments: [],
    history: [],
    events: [],
    tags: input.tags ?? [],
    createdAt: today(environment),
    visibleAt: environment.now() + environment.options.createVisibleAfterMs,
    former,
    request: input,
    lastCompleted: undefined,
    steady: false,
    tasks: new Set(),
  };
  region.services.set(`${cluster.name}/${service.name}`, service);
  deploy(region, service, blueprint);
  return service;
}

function checkRequest(input: CreateServiceInput): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.serviceName ?? '')) throw invalidParameter('Invalid service name.');
  if (input.clientToken !== undefined && !/^[!-~]{1,36}$/.test(input.clientToken)) {
    throw invalidParameter('clientToken must have 1 to 36 ASCII characters.');
  }
  if (input.taskDefinition === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  const replica = (input['schedulingStrategy'] ?? 'REPLICA') === 'REPLICA';
  if (replica && input.desiredCount === undefined) throw invalidParameter('desiredCount is required.');
  if (input.launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  }
}

/** The same call again is success; another call for a name that is taken is refused (terraform-provider-aws #2283). */
function findRepeated(region: Region, cluster: ClusterRecord, input: CreateServiceInput): ServiceRecord | undefined {
  const existing = region.services.get(`${cluster.name}/${input.serviceName}`);
  if (existing === undefined || existing.status === 'INACTIVE') return undefined;
  if (existing.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  if (sameRequest(existing.request, input)) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

function sameRequest(a: CreateServiceInput, b: CreateServiceInput): boolean {
  return canonicalJson({ ...a, cluster: undefined }) === canonicalJson({ ...b, cluster: undefined });
}

import type { UpdateServiceInput } from '../../aws/operations.ts';
import { canonicalJson } from '../../lib/json.ts';
import { fault } from '../refusals.ts';
import type { Region } from '../region.ts';
import { findCluster, findRevision, findService, usableRevision } from './names.ts';
import type { RevisionRecord, ServiceRecord } from './records.ts';
import { deploy, wakeScheduler } from './scheduler.ts';
import { changedBlueprint, changedSettings } from './service-defaults.ts';
import { checkSettings } from './service-rules.ts';

/** UpdateService: changes what is given; starts a deployment when what a deployment fixes has changed, or on demand. */
export function updateService(region: Region, input: UpdateServiceInput): ServiceRecord {
  const service = findService(region, findCluster(region, input.cluster), input.service);
  if (service === undefined) throw fault('ServiceNotFoundException', 'Service not found.');
  if (service.status !== 'ACTIVE') throw fault('ServiceNotActiveException', 'Service was not ACTIVE.');
  const revision = revisionFor(region, service, input);
  checkSettings(region, input, revision);
  const blueprint = changedBlueprint(service.blueprint, input, revision.definition.taskDefinitionArn);
  const deploys = input.forceNewDeployment === true || canonicalJson(blueprint) !== canonicalJson(service.blueprint);
  service.settings = changedSettings(service.settings, input);
  if (deploys) deploy(region, service, blueprint);
  else wakeScheduler(region, service);
  return service;
}

function revisionFor(region: Region, service: ServiceRecord, input: UpdateServiceInput): RevisionRecord {
  if (input.taskDefinition !== undefined) return usableRevision(region, input.taskDefinition);
  return findRevision(region, service.blueprint.taskDefinition)!;
}

import { findRevision } from '../ecs/names.ts';
import type { Blueprint, RevisionRecord, ServiceRecord, TaskRecord } from '../ecs/records.ts';
import type { Region } from '../region.ts';
import type { Occasion } from './occasion.ts';

export function occasionOfTask(region: Region, task: TaskRecord): Occasion {
  return occasion(region, task.service, task.definition, task.deployment.blueprint);
}

/** A service runs the revision of its PRIMARY deployment. */
export function occasionOfService(region: Region, service: ServiceRecord): Occasion {
  const { blueprint } = service;
  return occasion(region, service, findRevision(region, blueprint.taskDefinition), blueprint);
}

function occasion(
  region: Region,
  service: ServiceRecord,
  revision: RevisionRecord | undefined,
  { networkConfiguration }: Blueprint,
): Occasion {
  const { family, containerDefinitions = [] } = revision?.definition ?? {};
  return {
    region: region.name,
    services: [`${service.cluster.name}/${service.name}`],
    families: family === undefined ? [] : [family],
    images: containerDefinitions.flatMap(({ image }) => (image === undefined ? [] : [image])),
    securityGroups: networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [],
  };
}

import { findRevision } from '../ecs/names.ts';
import type { RevisionRecord, ServiceRecord, TaskRecord } from '../ecs/records.ts';
import type { Region } from '../region.ts';
import type { Occasion } from './occasion.ts';

export function occasionOfTask(region: Region, task: TaskRecord): Occasion {
  return occasion(region, task.service, task.definition);
}

/** A service runs the revision of its PRIMARY deployment. */
export function occasionOfService(region: Region, service: ServiceRecord): Occasion {
  return occasion(region, service, findRevision(region, service.blueprint.taskDefinition));
}

function occasion(region: Region, service: ServiceRecord, revision: RevisionRecord | undefined): Occasion {
  const { family, containerDefinitions = [] } = revision?.definition ?? {};
  return {
    region: region.name,
    services: [`${service.cluster.name}/${service.name}`],
    families: family === undefined ? [] : [family],
    images: containerDefinitions.flatMap(({ image }) => (image === undefined ? [] : [image])),
  };
}

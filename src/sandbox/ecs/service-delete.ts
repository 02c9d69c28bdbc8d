import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import { findCluster, findService } from './names.ts';
import type { ServiceRecord } from './records.ts';
import { wakeScheduler } from './scheduler.ts';

export interface DeleteServiceInput {
  readonly cluster?: string;
  readonly service: string;
  readonly force?: boolean;
}

/** DeleteService: ACTIVE → DRAINING → INACTIVE. Its scaling goes with it at once. */
export function deleteService(region: Region, input: DeleteServiceInput): ServiceRecord {
  const service = findService(region, findCluster(region, input.cluster), input.service);
  if (service === undefined || service.status === 'INACTIVE') {
    throw fault('ServiceNotFoundException', 'Service not found.');
  }
  if (service.status === 'DRAINING') return service;
  if (input.force !== true && service.settings.desiredCount > 0) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  if (input.force !== true && service.deployments.length > 1) {
    throw invalidParameter('The service cannot be stopped while deployments are active.');
  }
  service.status = 'DRAINING';
  service.settings = { ...service.settings, desiredCount: 0 };
  service.steady = false;
  region.scaling.delete(`service/${service.cluster.name}/${service.name}`);
  wakeScheduler(region, service);
  return service;
}

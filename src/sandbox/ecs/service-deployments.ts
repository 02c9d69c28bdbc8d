import type { ServiceDeployment, ServiceRevision } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import type { Region } from '../region.ts';
import { lastPart } from './names.ts';
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord } from './records.ts';

/** The number of a service revision is the number of its deployment. */
export function serviceRevisionArn(region: Region, service: ServiceRecord, { id }: DeploymentRecord): string {
  return region.arn('ecs', `service-revision/${service.cluster.name}/${service.name}/${lastPart(id)}`);
}

/** A deployment as ListServiceDeployments returns it. */
export function serviceDeploymentView(
  region: Region,
  service: ServiceRecord,
  record: ServiceDeploymentRecord,
): ServiceDeployment & OpenShape & { readonly status: string } {
  const { deployment } = record;
  const name = `service-deployment/${service.cluster.name}/${service.name}/${lastPart(deployment.id)}`;
  return {
    serviceDeploymentArn: region.arn('ecs', name),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    targetServiceRevisionArn: serviceRevisionArn(region, service, deployment),
    status: statusOf(service, record),
  };
}

function statusOf(service: ServiceRecord, { deployment, rollback }: ServiceDeploymentRecord): string {
  const last = rollback ?? deployment;
  const isOver = last.rolloutState !== 'IN_PROGRESS';
  // Another one has taken its place.
  if (!isOver && service.deployments[0] !== last) return rollback === undefined ? 'STOPPED' : 'ROLLBACK_FAILED';
  if (rollback === undefined) {
    const ends = { IN_PROGRESS: 'IN_PROGRESS', COMPLETED: 'SUCCESSFUL', FAILED: 'STOPPED' } as const;
    return ends[deployment.rolloutState];
  }
  const ends = {
    IN_PROGRESS: 'ROLLBACK_IN_PROGRESS',
    COMPLETED: 'ROLLBACK_SUCCESSFUL',
    FAILED: 'ROLLBACK_FAILED',
  } as const;
  return ends[rollback.rolloutState];
}

/** A service revision as DescribeServiceRevisions returns it. */
export function serviceRevisionView(
  region: Region,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): ServiceRevision {
  const { blueprint, launchType, capacityProviderStrategy } = deployment;
  const { hidden, networkConfiguration } = blueprint;
  return {
    serviceRevisionArn: serviceRevisionArn(region, service, deployment),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: blueprint.taskDefinition,
    ...(launchType !== undefined && { launchType }),
    ...(capacityProviderStrategy !== undefined && { capacityProviderStrategy }),
    platformVersion: blueprint.platformVersion,
    platformFamily: 'Linux',
    loadBalancers: blueprint.loadBalancers,
    serviceRegistries: blueprint.serviceRegistries,
    ...(networkConfiguration !== undefined && { networkConfiguration }),
    ...hidden,
    ...service.settings.revisionOnly,
    createdAt: deployment.createdAt,
  };
}

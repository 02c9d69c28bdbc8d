import type { InputOf, OutputOf } from '../../aws/operations.ts';
import { findCluster, findService } from '../ecs/names.ts';
import { createService } from '../ecs/service-create.ts';
import { deleteService } from '../ecs/service-delete.ts';
import { updateService } from '../ecs/service-update.ts';
import { serviceView } from '../ecs/service-view.ts';
import type { Handlers } from '../handler.ts';
import { paginate, rotate } from '../page.ts';
import { invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

export const ECS_SERVICES: Handlers = {
  DescribeServices(region, { cluster, services, include = [] }: InputOf<'ecs:DescribeServices'>) {
    return describe(region, cluster, services ?? [], include.includes('TAGS'));
  },

  ListServices(region, input: InputOf<'ecs:ListServices'>) {
    const cluster = findCluster(region, input.cluster);
    const { launchType, schedulingStrategy } = input as Readonly<Record<string, unknown>>;
    const listed = [...region.services.values()].filter(
      (service) =>
        service.cluster === cluster &&
        service.status === 'ACTIVE' &&
        service.visibleAt <= region.environment.now() &&
        (launchType === undefined || service.settings.launchType === launchType) &&
        (schedulingStrategy === undefined || service.settings.schedulingStrategy === schedulingStrategy),
    );
    const { items, next } = paginate(
      listed.map(({ arn }) => arn),
      {
        token: input.nextToken,
        size: input.maxResults,
        defaultSize: 10,
        maxSize: 100,
        rotation: region.nextRotation(),
        refuse: invalidParameter,
      },
    );
    return { serviceArns: items, ...(next !== undefined && { nextToken: next }) };
  },

  CreateService(region, input: InputOf<'ecs:CreateService'>) {
    return { service: serviceView(region, createService(region, input), true) };
  },
  UpdateService(region, input: InputOf<'ecs:UpdateService'>) {
    return { service: serviceView(region, updateService(region, input), false) };
  },
  DeleteService(region, input: InputOf<'ecs:DeleteService'>) {
    return { service: serviceView(region, deleteService(region, input), false) };
  },
};

function describe(
  region: Region,
  clusterName: string | undefined,
  names: readonly string[],
  withTags: boolean,
): OutputOf<'ecs:DescribeServices'> {
  if (names.length === 0) throw invalidParameter('Services cannot be empty.');
  if (names.length > 10) throw invalidParameter('Member must have length less than or equal to 10');
  const cluster = findCluster(region, clusterName);
  const found = names.map((name) => {
    const service = findService(region, cluster, name);
    const visible = service !== undefined && service.visibleAt <= region.environment.now();
    return { name, service: visible ? service : service?.former };
  });
  const services = found.flatMap(({ service }) => (service ? [serviceView(region, service, withTags)] : []));
  const failures = found
    .filter(({ service }) => service === undefined)
    .map(({ name }) => ({ arn: arnOf(region, cluster.name, name), reason: 'MISSING' }));
  return { services: rotate(services, region.nextRotation()), failures };
}

function arnOf(region: Region, cluster: string, name: string): string {
  return name.startsWith('arn:') ? name : region.arn('ecs', `service/${cluster}/${name}`);
}

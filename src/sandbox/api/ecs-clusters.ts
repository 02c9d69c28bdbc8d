import type { EcsTag } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import { addCluster, findCluster, lastPart } from '../ecs/names.ts';
import type { ClusterRecord } from '../ecs/records.ts';
import { checkTags } from '../ecs/service-rules.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

interface CreateClusterInput extends OpenShape {
  readonly clusterName?: string;
  readonly tags?: readonly EcsTag[];
}
interface ListInput {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export const ECS_CLUSTERS: Handlers = {
  CreateCluster(region, { clusterName = 'default', tags = [], ...given }: CreateClusterInput) {
    checkTags(tags);
    const existing = region.clusters.get(clusterName);
    const cluster = existing?.status === 'ACTIVE' ? existing : addCluster(region, clusterName, given, tags);
    return { cluster: view(region, cluster, true) };
  },

  DescribeClusters(region, input: { readonly clusters?: readonly string[]; readonly include?: readonly string[] }) {
    const names = input.clusters ?? ['default'];
    if (names.length > 100) throw invalidParameter('Member must have length less than or equal to 100');
    const found = names.map((name) => ({ name: lastPart(name), cluster: existing(region, name) }));
    return {
      clusters: found.flatMap(({ cluster }) =>
        cluster ? [view(region, cluster, input.include?.includes('TAGS') === true)] : [],
      ),
      failures: found
        .filter(({ cluster }) => cluster === undefined)
        .map(({ name }) => ({ arn: region.arn('ecs', `cluster/${name}`), reason: 'MISSING' })),
    };
  },

  ListClusters(region, input: ListInput) {
    const active = [...region.clusters.values()].filter(({ status }) => status === 'ACTIVE');
    const { items, next } = paginate(
      active.map(({ arn }) => arn),
      {
        token: input.nextToken,
        size: input.maxResults,
        defaultSize: 100,
        maxSize: 100,
        rotation: region.nextRotation(),
        refuse: invalidParameter,
      },
    );
    return { clusterArns: items, ...(next !== undefined && { nextToken: next }) };
  },

  DeleteCluster(region, input: { readonly cluster: string }) {
    const cluster = findCluster(region, input.cluster);
    if (servicesOf(region, cluster) > 0) {
      throw fault('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
    }
    cluster.status = 'INACTIVE';
    return { cluster: view(region, cluster, false) };
  },
};

function existing(region: Region, name: string): ClusterRecord | undefined {
  const known = region.clusters.get(lastPart(name));
  if (known !== undefined || !region.environment.options.impliedClusters) return known;
  return findCluster(region, name);
}

function servicesOf(region: Region, cluster: ClusterRecord): number {
  return [...region.services.values()].filter((it) => it.cluster === cluster && it.status !== 'INACTIVE').length;
}

function view(region: Region, cluster: ClusterRecord, withTags: boolean): OpenShape {
  const tasks = [...region.tasks.values()].filter((task) => task.service.cluster === cluster);
  const { capacityProviders = [], defaultCapacityProviderStrategy = [], settings, ...given } = cluster.given;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'PROVISIONING' || lastStatus === 'PENDING')
      .length,
    activeServicesCount: servicesOf(region, cluster),
    statistics: [],
    tags: withTags ? cluster.tags : [],
    settings: settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders,
    defaultCapacityProviderStrategy,
    ...given,
  };
}

import type { EcsTask } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import { sha256 } from '../../lib/hash.ts';
import { containersOf } from './containers.ts';
import type { TaskRecord } from './records.ts';

/** A task as DescribeTasks returns it. */
export function taskView(task: TaskRecord, withTags: boolean): EcsTask {
  const { definition } = task.definition;
  const { settings } = task.service;
  return {
    taskArn: task.arn,
    taskDefinitionArn: definition.taskDefinitionArn,
    clusterArn: task.service.cluster.arn,
    group: `service:${task.service.name}`,
    startedBy: task.deployment.id,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.healthStatus,
    attachments: [attachment(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.zone,
    connectivity: 'CONNECTED',
    containers: containersOf(task).map((container) => containerView(task, container)),
    cpu: definition.cpu,
    memory: definition.memory,
    enableExecuteCommand: settings.enableExecuteCommand,
    ephemeralStorage: definition['ephemeralStorage'] ?? { sizeInGiB: 20 },
    launchType: task.deployment.launchType ?? 'FARGATE',
    overrides: {
      containerOverrides: containersOf(task).map(({ name }) => ({ name })),
      inferenceAcceleratorOverrides: [],
    },
    platformFamily: 'Linux',
    platformVersion: '1.4.0',
    version: task.version,
    createdAt: task.createdAt,
    tags: withTags ? task.tags : [],
    ...present({
      capacityProviderName: task.deployment.capacityProviderStrategy?.[0]?.capacityProvider,
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
      pullStartedAt: task.pullStartedAt,
      pullStoppedAt: task.startedAt,
      startedAt: task.startedAt,
      stoppingAt: task.stoppingAt,
      executionStoppedAt: task.executionStoppedAt,
      stoppedAt: task.stoppedAt,
    }),
  };
}

function containerView(task: TaskRecord, container: OpenShape & { name?: string; image?: string }): OpenShape {
  const { name = '', image = '' } = container;
  const exitCode = task.exitCodes.get(name);
  const checked = container['healthCheck'] !== undefined;
  return {
    containerArn: task.arn.replace(':task/', ':container/').concat(`/${name}`),
    taskArn: task.arn,
    name,
    image,
    lastStatus: containerStatus(task),
    networkInterfaces: [{ attachmentId: task.id.slice(0, 8), privateIpv4Address: task.address }],
    healthStatus: checked ? task.healthStatus : 'UNKNOWN',
    cpu: `${Number(container['cpu'] ?? 0)}`,
    ...present({
      exitCode,
      imageDigest: task.startedAt === undefined ? undefined : `sha256:${sha256(image)}`,
      runtimeId: task.startedAt === undefined ? undefined : `${task.id}-${sha256(name).slice(0, 10)}`,
    }),
  };
}

/** A container is PENDING until it runs, and STOPPED as soon as it has ended. */
function containerStatus(task: TaskRecord): string {
  if (task.executionStoppedAt !== undefined) return 'STOPPED';
  return task.startedAt === undefined ? 'PENDING' : 'RUNNING';
}

function attachment(task: TaskRecord): OpenShape {
  const subnets = task.deployment.blueprint.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  return {
    id: task.id.slice(0, 8),
    type: 'ElasticNetworkInterface',
    status: task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: subnets[0] ?? '' },
      { name: 'networkInterfaceId', value: task.interfaceId },
      { name: 'privateIPv4Address', value: task.address },
    ],
  };
}

function present(members: OpenShape): OpenShape {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

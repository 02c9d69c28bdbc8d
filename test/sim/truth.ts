import type { EcsTag } from '../../src/aws/operations.ts';
import type { ImageRecord, RepositoryRecord } from '../../src/sandbox/ecr/repository-record.ts';
import type { ServiceRecord } from '../../src/sandbox/ecs/records.ts';
import { tasksOf } from '../../src/sandbox/ecs/tasks-of.ts';
import type { Region } from '../../src/sandbox/region.ts';

/** A live service as it really is, in the figures that invariants speak of. */
export interface ServiceTruth {
  readonly arn: string;
  readonly createdAt: number;
  readonly status: string;
  readonly desired: number;
  readonly running: number;
  readonly taskDefinition: string;
  /** Content hash that the revision carries in its tags. */
  readonly specHash: string | undefined;
  /** The security groups of its network: settings that a deployment carries along with the revision. */
  readonly settings: string;
  readonly primary: { readonly id: string; readonly rolloutState: string; readonly taskDefinition: string } | undefined;
  readonly deployments: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly image: string | undefined;
  /** Band of its scalable target. */
  readonly scaling: { readonly min: number; readonly max: number } | undefined;
}

/** What a write is done to. */
export interface ThingTruth {
  readonly exists: boolean;
  /** Undefined: it carries none, or cannot. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly service?: ServiceTruth;
}

export function serviceTruth(region: Region, cluster: string, name: string): ServiceTruth | undefined {
  const record = region.services.get(`${lastPart(cluster)}/${name}`);
  return record === undefined ? undefined : truthOf(region, record);
}

function truthOf(region: Region, record: ServiceRecord): ServiceTruth {
  const { settings, blueprint, deployments } = record;
  const primary = deployments.find((deployment) => deployment.status === 'PRIMARY');
  const revision = revisionOf(region, blueprint.taskDefinition);
  const target = region.scaling.get(`service/${record.cluster.name}/${record.name}`)?.target;
  return {
    arn: record.arn,
    createdAt: record.createdAt.getTime(),
    status: record.status,
    desired: settings.desiredCount,
    running: tasksOf(record).filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    taskDefinition: blueprint.taskDefinition,
    specHash: tagsOf(revision?.tags)['evenkeel:spec-hash'],
    settings: (blueprint.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? []).join(),
    primary:
      primary === undefined
        ? undefined
        : { id: primary.id, rolloutState: primary.rolloutState, taskDefinition: primary.blueprint.taskDefinition },
    deployments: deployments.length,
    minimumHealthyPercent: settings.deploymentConfiguration.minimumHealthyPercent ?? 100,
    maximumPercent: settings.deploymentConfiguration.maximumPercent ?? 200,
    tags: tagsOf(record.tags),
    image: revision?.definition.containerDefinitions?.[0]?.image,
    scaling: target === undefined ? undefined : { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 },
  };
}

/** How the services that a DescribeServices names really are. */
export function describedTruth(
  region: Region,
  input: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ServiceTruth | undefined>> {
  const names = Array.isArray(input['services']) ? (input['services'] as readonly string[]) : [];
  const cluster = textIn(input, 'cluster') || 'default';
  return Object.fromEntries(names.map((name) => [name, serviceTruth(region, cluster, name)]));
}

/** Everything a write could change about what it names, as one text. */
export function fingerprint(region: Region, operation: string, input: Readonly<Record<string, unknown>>): string {
  const truth = thingTruth(region, operation, input);
  const name = textIn(input, 'service', 'serviceName');
  const record = region.services.get(`${lastPart(textIn(input, 'cluster') || 'default')}/${lastPart(name)}`);
  const group = region.logGroups.get(textIn(input, 'logGroupName'))?.group;
  const scaling = region.scaling.get(textIn(input, 'ResourceId'));
  const repository = repositoryOf(region, operation, input);
  const scaled = scaling && { target: scaling.target, policies: [...scaling.policies], actions: [...scaling.actions] };
  const { exists, tags, service } = truth;
  const revisionStatus = revisionOf(region, textIn(input, 'taskDefinition'))?.definition.status;
  return JSON.stringify([
    revisionStatus,
    exists,
    tags,
    service?.primary?.id,
    record?.settings,
    record?.status,
    group,
    scaled,
    repository && [
      repository.repository,
      repository.lifecyclePolicyText,
      [...repository.images.values()].map(pushedImage),
    ],
  ]);
}

/** The thing that the input of a write names, as it is now. */
export function thingTruth(region: Region, operation: string, input: Readonly<Record<string, unknown>>): ThingTruth {
  const text = (name: string): string => textIn(input, name);
  const service = (cluster: string, name: string): ThingTruth => {
    const truth = serviceTruth(region, cluster, lastPart(name));
    return truth === undefined || truth.status === 'INACTIVE'
      ? { exists: false }
      : { exists: true, tags: truth.tags, service: truth };
  };
  switch (operation) {
    case 'ecs:CreateService':
      return service(text('cluster'), text('serviceName'));
    case 'ecs:UpdateService':
    case 'ecs:DeleteService':
      return service(text('cluster'), text('service'));
    case 'ecs:DeregisterTaskDefinition':
      return revision(region, text('taskDefinition'));
    case 'ecs:TagResource':
    case 'ecs:UntagResource': {
      const arn = text('resourceArn');
      if (arn.includes(':task-definition/')) return revision(region, arn);
      const [cluster = '', name = ''] = arn.slice(arn.indexOf(':service/') + 9).split('/');
      return service(cluster, name);
    }
    case 'logs:CreateLogGroup':
    case 'logs:PutRetentionPolicy':
    case 'logs:DeleteRetentionPolicy':
      return logGroup(region, text('logGroupName'));
    case 'logs:TagResource':
      return logGroup(
        region,
        text('resourceArn')
          .replace(/^.*:log-group:/, '')
          .replace(/:\*$/, ''),
      );
    default: {
      if (/^(ecr|engine):/.test(operation)) return repositoryTruth(region, operation, input);
      if (!operation.startsWith('application-autoscaling:')) return { exists: false };
      const [, cluster = '', name = ''] = text('ResourceId').split('/');
      const record = region.scaling.get(text('ResourceId'));
      const of = service(cluster, name).service;
      return { exists: record !== undefined, tags: of?.tags ?? {}, ...(of === undefined ? {} : { service: of }) };
    }
  }
}

function repositoryTruth(region: Region, operation: string, input: Readonly<Record<string, unknown>>): ThingTruth {
  const found = repositoryOf(region, operation, input);
  return found === undefined ? { exists: false } : { exists: true, tags: Object.fromEntries(found.tags) };
}

function repositoryOf(
  region: Region,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): RepositoryRecord | undefined {
  if (!/^(ecr|engine):/.test(operation)) return undefined;
  return region.repositories.get(textIn(input, 'repositoryName') || lastPart(textIn(input, 'resourceArn')));
}

function pushedImage({ digest, tags }: ImageRecord): unknown {
  return [digest, [...tags]];
}

function revision(region: Region, reference: string): ThingTruth {
  const found = revisionOf(region, reference);
  return found === undefined ? { exists: false } : { exists: true, tags: tagsOf(found.tags) };
}

function logGroup(region: Region, name: string): ThingTruth {
  const found = region.logGroups.get(name);
  return found === undefined ? { exists: false } : { exists: true, tags: found.tags };
}

function revisionOf(
  region: Region,
  reference: string,
):
  | { tags: readonly EcsTag[]; definition: { status?: string; containerDefinitions?: readonly { image?: string }[] } }
  | undefined {
  const [family = '', number = ''] = lastPart(reference).split(':');
  return region.families.get(family)?.[Number(number) - 1] as never;
}

export function tagsOf(tags: readonly EcsTag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}

export function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/** The first of these members that is a text; empty when none is. */
export function textIn(input: Readonly<Record<string, unknown>>, ...names: readonly string[]): string {
  const values = names.map((name) => input[name]);
  return values.find((value) => typeof value === 'string') ?? '';
}

import type { EcsServiceSettings, EcsTag } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import { findTargetGroup } from '../elb/target-groups.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import type { RevisionRecord } from './records.ts';

const PROVIDERS: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/** What CreateService and UpdateService refuse alike. Throws. */
export function checkSettings(region: Region, input: EcsServiceSettings, revision: RevisionRecord): void {
  checkNetwork(input);
  checkBalancers(region, input, revision);
  checkDeploymentConfiguration(input);
  if (input.desiredCount !== undefined && (!Number.isInteger(input.desiredCount) || input.desiredCount < 0)) {
    throw invalidParameter('desiredCount cannot be negative.');
  }
  if (input.platformVersion !== undefined && !/^(LATEST|1\.[0-4]\.0)$/.test(input.platformVersion)) {
    throw fault('PlatformUnknownException', 'The specified platform does not exist.');
  }
  for (const { capacityProvider } of input.capacityProviderStrategy ?? []) {
    if (!PROVIDERS.includes(capacityProvider ?? '')) {
      throw invalidParameter(`The specified capacity provider '${capacityProvider}' was not found.`);
    }
  }
  if ((input.capacityProviderStrategy ?? []).length > 20) {
    throw invalidParameter('A capacity provider strategy can contain a maximum of 20 capacity providers.');
  }
}

/** Fargate tasks live in a VPC, and their definition must say that it suits Fargate. */
export function checkFargate(
  input: EcsServiceSettings,
  launchType: string | undefined,
  revision: RevisionRecord,
): void {
  const providers = (input.capacityProviderStrategy ?? []).map((item) => item.capacityProvider);
  const fargate = launchType === 'FARGATE' || providers.some((name) => name?.startsWith('FARGATE') === true);
  const { networkMode, requiresCompatibilities } = revision.definition as OpenShape & {
    readonly networkMode?: string;
    readonly requiresCompatibilities?: readonly string[];
  };
  if (fargate && requiresCompatibilities?.includes('FARGATE') !== true) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (networkMode === 'awsvpc' && input.networkConfiguration?.awsvpcConfiguration === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
}

export function checkTags(tags: readonly EcsTag[] | undefined): void {
  for (const { key = '', value = '' } of tags ?? []) {
    if (key.length === 0 || key.length > 128 || value.length > 256) {
      throw invalidParameter('Tag keys must have 1 to 128 characters, tag values at most 256.');
    }
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys starting with 'aws:' are reserved for system use.");
  }
  if ((tags ?? []).length > 50) throw invalidParameter('Number of tags exceeds the limit of 50.');
}

function checkNetwork({ networkConfiguration }: EcsServiceSettings): void {
  const network = networkConfiguration?.awsvpcConfiguration;
  if (networkConfiguration === undefined || network === undefined) return;
  const { subnets = [], securityGroups = [] } = network;
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > 16) throw invalidParameter('subnets can have at most 16 items.');
  if (securityGroups.length > 5) throw invalidParameter('securityGroups can have at most 5 items.');
}

function checkBalancers(region: Region, { loadBalancers = [] }: EcsServiceSettings, revision: RevisionRecord): void {
  if (loadBalancers.length > 5) throw invalidParameter('A service can have at most 5 target groups.');
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers) {
    const container = revision.definition.containerDefinitions?.find(({ name }) => name === containerName);
    if (container === undefined) {
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    }
    const mappings = (container['portMappings'] ?? []) as readonly { readonly containerPort?: number }[];
    if (!mappings.some((mapping) => mapping.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined in the task definition.`,
      );
    }
    checkTargetGroup(region, targetGroupArn);
  }
}

function checkTargetGroup(region: Region, arn: string | undefined): void {
  if (arn === undefined) return;
  const group = findTargetGroup(region, arn)?.group;
  if (group === undefined) {
    throw invalidParameter(`The specified target group does not exist. Target group ARN: ${arn}`);
  }
  if (group.TargetType !== 'ip') {
    throw invalidParameter(
      `The provided target group ${arn} has target type ${group.TargetType}, which is incompatible with the awsvpc ` +
        'network mode specified in the task definition.',
    );
  }
  if ((group.LoadBalancerArns ?? []).length === 0) {
    throw invalidParameter(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
}

function checkDeploymentConfiguration({ deploymentConfiguration: given }: EcsServiceSettings): void {
  const { maximumPercent = 200, minimumHealthyPercent = 100 } = given ?? {};
  if (maximumPercent < 100 || minimumHealthyPercent < 0) {
    throw invalidParameter('Invalid deployment configuration: percentages are out of range.');
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100 && given !== undefined) {
    throw invalidParameter(
      'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    );
  }
  const alarms = given?.alarms;
  if (alarms?.enable === true && (alarms.alarmNames ?? []).length === 0) {
    throw invalidParameter('alarmNames cannot be empty when deployment alarms are enabled.');
  }
}

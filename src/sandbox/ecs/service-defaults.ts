import type { CreateServiceInput, DeploymentConfiguration, EcsServiceSettings } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import type { Blueprint, ServiceSettings } from './records.ts';

/** Members that only deployments show, on the PRIMARY (SDK `Deployment`). */
const DEPLOYMENT_ONLY = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations'] as const;
/** Members that neither services nor deployments show (SDK `ServiceRevision`). */
const REVISION_ONLY = ['monitoring', 'gatewayConnectors'] as const;

/** Every member that is treated in some way of its own. */
const KNOWN: ReadonlySet<string> = new Set([
  ...DEPLOYMENT_ONLY,
  ...REVISION_ONLY,
  ...['cluster', 'serviceName', 'service', 'clientToken', 'role', 'tags', 'forceNewDeployment', 'taskDefinition'],
  ...['desiredCount', 'launchType', 'capacityProviderStrategy', 'platformVersion', 'networkConfiguration'],
  ...['loadBalancers', 'serviceRegistries', 'deploymentConfiguration', 'healthCheckGracePeriodSeconds'],
  ...['enableExecuteCommand', 'enableECSManagedTags', 'propagateTags', 'availabilityZoneRebalancing'],
  ...['placementConstraints', 'placementStrategy', 'deploymentController', 'schedulingStrategy'],
]);

/** As a captured UpdateService response of 2026-04-30 has it. */
const DEPLOYMENT_CONFIGURATION: DeploymentConfiguration = {
  deploymentCircuitBreaker: { enable: false, rollback: false },
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
};

/** What CreateService stores, defaults filled in as DescribeServices returns them. */
export function newSettings(input: CreateServiceInput): ServiceSettings {
  const strategy = input.capacityProviderStrategy;
  const usesStrategy = strategy !== undefined && strategy.length > 0;
  return {
    desiredCount: input.desiredCount ?? 0,
    launchType: usesStrategy ? undefined : (input.launchType ?? 'EC2'),
    capacityProviderStrategy: usesStrategy ? filledStrategy(strategy) : undefined,
    deploymentConfiguration: filledConfiguration(input.deploymentConfiguration),
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? ((input.loadBalancers ?? []).length > 0 ? 0 : undefined),
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: (input['availabilityZoneRebalancing'] as string | undefined) ?? 'ENABLED',
    placementConstraints: (input['placementConstraints'] as readonly OpenShape[] | undefined) ?? [],
    placementStrategy: (input['placementStrategy'] as readonly OpenShape[] | undefined) ?? [],
    deploymentController: (input['deploymentController'] as OpenShape | undefined) ?? { type: 'ECS' },
    schedulingStrategy: (input['schedulingStrategy'] as string | undefined) ?? 'REPLICA',
    revisionOnly: picked(input, REVISION_ONLY),
    further: unknownMembers(input),
  };
}

/** The settings after UpdateService: members that are absent stay as they are. */
export function changedSettings(old: ServiceSettings, input: EcsServiceSettings): ServiceSettings {
  const strategy = input.capacityProviderStrategy;
  const toLaunchType = strategy !== undefined && strategy.length === 0;
  const usesStrategy = strategy !== undefined && strategy.length > 0;
  return {
    ...old,
    ...(toLaunchType && { capacityProviderStrategy: undefined, launchType: 'FARGATE' }),
    ...(usesStrategy && { capacityProviderStrategy: filledStrategy(strategy), launchType: undefined }),
    ...(input.deploymentConfiguration && {
      deploymentConfiguration: merged(old.deploymentConfiguration, input.deploymentConfiguration),
    }),
    ...given(input, [
      'desiredCount',
      'healthCheckGracePeriodSeconds',
      'enableExecuteCommand',
      'enableECSManagedTags',
      'propagateTags',
      'availabilityZoneRebalancing',
      'placementConstraints',
      'placementStrategy',
      'deploymentController',
    ]),
    revisionOnly: { ...old.revisionOnly, ...picked(input, REVISION_ONLY) },
    further: { ...old.further, ...unknownMembers(input) },
  };
}

/** What the first deployment fixes. `taskDefinition` is the full ARN. */
export function newBlueprint(input: EcsServiceSettings, taskDefinition: string): Blueprint {
  return changedBlueprint(
    { taskDefinition, platformVersion: 'LATEST', loadBalancers: [], serviceRegistries: [], hidden: {} },
    input,
    taskDefinition,
  );
}

/** The blueprint after UpdateService; equal to the old one when no new deployment is due. */
export function changedBlueprint(old: Blueprint, input: EcsServiceSettings, taskDefinition: string): Blueprint {
  const network = input.networkConfiguration?.awsvpcConfiguration;
  return {
    ...old,
    taskDefinition,
    ...(input.platformVersion !== undefined && { platformVersion: input.platformVersion }),
    ...(network && {
      networkConfiguration: { awsvpcConfiguration: { securityGroups: [], assignPublicIp: 'DISABLED', ...network } },
    }),
    ...(input.loadBalancers && { loadBalancers: input.loadBalancers }),
    ...given(input, ['serviceRegistries']),
    hidden: withoutEmpty({ ...old.hidden, ...picked(input, DEPLOYMENT_ONLY) }),
  };
}

function filledConfiguration(input: DeploymentConfiguration = {}): DeploymentConfiguration {
  return merged(DEPLOYMENT_CONFIGURATION, input);
}

function merged(old: DeploymentConfiguration, input: DeploymentConfiguration): DeploymentConfiguration {
  const breaker = input.deploymentCircuitBreaker;
  const alarms = input.alarms;
  return {
    ...old,
    ...input,
    ...(breaker && { deploymentCircuitBreaker: { enable: false, rollback: false, ...breaker } }),
    ...(alarms && { alarms: { alarmNames: [], enable: false, rollback: false, ...alarms } }),
  };
}

function filledStrategy(
  items: NonNullable<EcsServiceSettings['capacityProviderStrategy']>,
): NonNullable<EcsServiceSettings['capacityProviderStrategy']> {
  return items.map((item) => ({ weight: 0, base: 0, ...item }));
}

function unknownMembers(input: OpenShape): OpenShape {
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => !KNOWN.has(name) && value != null));
}

function picked(input: OpenShape, names: readonly string[]): OpenShape {
  return given(input, names) as OpenShape;
}

function given(input: OpenShape, names: readonly string[]): object {
  return Object.fromEntries(names.filter((name) => input[name] != null).map((name) => [name, input[name]]));
}

/** `[]` and `{enabled: false}` are the ways to take such a member away. */
function withoutEmpty(members: OpenShape): OpenShape {
  const kept = Object.entries(members).filter(([name, value]) => {
    if (Array.isArray(value)) return value.length > 0;
    return name !== 'serviceConnectConfiguration' || (value as { readonly enabled?: boolean }).enabled !== false;
  });
  return Object.fromEntries(kept);
}

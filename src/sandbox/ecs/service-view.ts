import type { EcsDeployment, EcsService } from '../../aws/operations.ts';
import type { Region } from '../region.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';
import { serviceRevisionArn } from './service-deployments.ts';
import { tasksOf } from './tasks-of.ts';

/** The concrete Linux platform behind LATEST ("Fargate platform versions"). */
const PLATFORM = '1.4.0';
/** Neither running nor stopping. */
const PENDING: readonly TaskRecord['lastStatus'][] = ['PROVISIONING', 'PENDING'];

/** A service as DescribeServices returns it; tags only where they are asked for. */
export function serviceView(region: Region, service: ServiceRecord, withTags: boolean): EcsService {
  const { settings, blueprint } = service;
  const tasks = tasksOf(service);
  const strategy = settings.capacityProviderStrategy;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: blueprint.loadBalancers,
    serviceRegistries: blueprint.serviceRegistries,
    status: service.status,
    desiredCount: settings.desiredCount,
    ...counts(tasks),
    ...(settings.launchType !== undefined && { launchType: settings.launchType }),
    ...(strategy !== undefined && { capacityProviderStrategy: strategy }),
    platformVersion: blueprint.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: blueprint.taskDefinition,
    deploymentConfiguration: settings.deploymentConfiguration,
    deployments: service.deployments.map((deployment) => deploymentView(service, deployment)),
    roleArn: `arn:aws:iam::${region.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: service.events,
    createdAt: service.createdAt,
    currentServiceRevisions: service.deployments.map((deployment) => revisionView(region, service, deployment)),
    placementConstraints: settings.placementConstraints,
    placementStrategy: settings.placementStrategy,
    ...(blueprint.networkConfiguration && { networkConfiguration: blueprint.networkConfiguration }),
    ...(settings.healthCheckGracePeriodSeconds !== undefined && {
      healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds,
    }),
    schedulingStrategy: settings.schedulingStrategy,
    deploymentController: settings.deploymentController,
    createdBy: `arn:aws:iam::${region.account}:user/sandbox`,
    enableECSManagedTags: settings.enableECSManagedTags,
    propagateTags: settings.propagateTags,
    enableExecuteCommand: settings.enableExecuteCommand,
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
    ...settings.further,
    ...(withTags && service.tags.length > 0 && { tags: service.tags }),
  };
}

function deploymentView(service: ServiceRecord, deployment: DeploymentRecord): EcsDeployment {
  const { blueprint } = deployment;
  const tasks = tasksOf(service).filter((task) => task.deployment === deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: blueprint.taskDefinition,
    desiredCount: deployment.desiredCount,
    ...counts(tasks),
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...(deployment.launchType !== undefined && { launchType: deployment.launchType }),
    ...(deployment.capacityProviderStrategy && { capacityProviderStrategy: deployment.capacityProviderStrategy }),
    platformVersion: blueprint.platformVersion === 'LATEST' ? PLATFORM : blueprint.platformVersion,
    platformFamily: 'Linux',
    ...(blueprint.networkConfiguration && { networkConfiguration: blueprint.networkConfiguration }),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...(deployment.status === 'PRIMARY' && blueprint.hidden),
  };
}

function revisionView(region: Region, service: ServiceRecord, deployment: DeploymentRecord): object {
  const { pendingCount, runningCount } = counts(tasksOf(service).filter((task) => task.deployment === deployment));
  return {
    arn: serviceRevisionArn(region, service, deployment),
    requestedTaskCount: deployment.desiredCount,
    runningTaskCount: runningCount,
    pendingTaskCount: pendingCount,
  };
}

function counts(tasks: readonly TaskRecord[]): { readonly pendingCount: number; readonly runningCount: number } {
  return {
    runningCount: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter((task) => PENDING.includes(task.lastStatus)).length,
  };
}

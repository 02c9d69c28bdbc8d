import type { DeploymentConfiguration, EcsServiceSettings } from '../aws/operations.ts';
import { mergeOver } from '../lib/merge.ts';
import type { FargateService, FargateServiceSpec } from '../manifest/types.ts';

/** Whose the count is: with autoscaling declared, or a scalable target of somebody else's, it is not the manifest's. */
export type CountOwner = 'manifest' | 'autoscaling' | 'someone-else';

/**
 * The settings of the ECS service that a manifest asks for, in ECS's own form, with `raw.service` merged last.
 * Without the task definition, which an earlier link provides, and without names and tags.
 */
export function serviceDocument(manifest: FargateService, countOwner: CountOwner): EcsServiceSettings {
  const { spec } = manifest;
  const attachments = spec.loadBalancers.filter((attachment) => 'targetGroupArn' in attachment);
  const document: EcsServiceSettings = {
    ...(countOwner === 'manifest' ? { desiredCount: spec.desiredCount } : {}),
    ...capacity(spec),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: spec.network.subnets,
        securityGroups: spec.network.securityGroups,
        assignPublicIp: spec.network.assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
    platformVersion: spec.platformVersion,
    loadBalancers: attachments.map(({ targetGroupArn, containerName, containerPort }) => ({
      targetGroupArn,
      containerName,
      containerPort,
    })),
    deploymentConfiguration: deploymentConfiguration(spec),
    healthCheckGracePeriodSeconds: spec.rollout.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: spec.enableExecuteCommand,
  };
  return mergeOver(document, spec.raw.service) as EcsServiceSettings;
}

/** One of the two is always said: otherwise the cluster's default strategy decides (ECS API, CreateService). */
function capacity(spec: FargateServiceSpec): object {
  if (spec.capacityProviders.length === 0) return { launchType: 'FARGATE' };
  return {
    capacityProviderStrategy: spec.capacityProviders.map(({ name, weight, base }) => ({
      capacityProvider: name,
      weight,
      base,
    })),
  };
}

/** Always whole: ECS replaces the object, and a breaker is switched off only by saying so. */
function deploymentConfiguration(spec: FargateServiceSpec): DeploymentConfiguration {
  const { rollout } = spec;
  return {
    minimumHealthyPercent: rollout.minimumHealthyPercent,
    maximumPercent: rollout.maximumPercent,
    deploymentCircuitBreaker: { enable: rollout.circuitBreaker.enabled, rollback: rollout.circuitBreaker.rollback },
    alarms: {
      alarmNames: rollout.alarms,
      enable: rollout.alarms.length > 0,
      rollback: rollout.alarms.length > 0 && rollout.circuitBreaker.rollback,
    },
  };
}

/** How many tasks a new service starts with: what the manifest says, inside the scaling band where there is one. */
export function initialCount(spec: FargateServiceSpec): number {
  const { autoscaling } = spec;
  if (autoscaling === undefined) return spec.desiredCount;
  return Math.min(Math.max(spec.desiredCount, autoscaling.minCapacity), autoscaling.maxCapacity);
}

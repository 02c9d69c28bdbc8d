import type { InputOf } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import type { ServiceRecord } from '../ecs/records.ts';
import { wakeScheduler } from '../ecs/scheduler.ts';
import { today } from '../environment.ts';
import { hexId } from '../ids.ts';
import { validationException } from '../refusals.ts';
import type { Region, ScalableTargetRecord } from '../region.ts';

type RegisterInput = InputOf<'application-autoscaling:RegisterScalableTarget'>;

/** RegisterScalableTarget: an upsert that also clamps the service's count into the band, whatever else it changes. */
export function registerTarget(region: Region, input: RegisterInput): ScalableTargetRecord {
  const service = activeService(region, input.ResourceId);
  const old = region.scaling.get(input.ResourceId);
  const min = input.MinCapacity ?? old?.target.MinCapacity;
  const max = input.MaxCapacity ?? old?.target.MaxCapacity;
  if (min === undefined || max === undefined) {
    throw validationException('MinCapacity and MaxCapacity must be specified to register a scalable target');
  }
  if (min < 0 || min > max) {
    throw validationException('Maximum capacity cannot be less than minimum capacity');
  }
  const record: ScalableTargetRecord = {
    target: target(region, input, old, min, max),
    tags: old === undefined ? (input.Tags ?? {}) : old.tags,
    policies: old?.policies ?? new Map(),
    actions: old?.actions ?? new Map(),
  };
  region.scaling.set(input.ResourceId, record);
  clamp(region, service, min, max);
  return record;
}

function target(
  region: Region,
  input: RegisterInput,
  old: ScalableTargetRecord | undefined,
  min: number,
  max: number,
): ScalableTargetRecord['target'] {
  const id = hexId(region.environment.random, 32);
  return {
    ServiceNamespace: input.ServiceNamespace,
    ResourceId: input.ResourceId,
    ScalableDimension: input.ScalableDimension,
    MinCapacity: min,
    MaxCapacity: max,
    RoleARN:
      `arn:aws:iam::${region.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/` +
      'AWSServiceRoleForApplicationAutoScaling_ECSService',
    CreationTime: old?.target['CreationTime'] ?? today(region.environment),
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
      ...(old?.target['SuspendedState'] as OpenShape | undefined),
      ...(input['SuspendedState'] as OpenShape | undefined),
    },
    ScalableTargetARN: old?.target.ScalableTargetARN ?? region.arn('application-autoscaling', `scalable-target/${id}`),
  };
}

function clamp(region: Region, service: ServiceRecord, min: number, max: number): void {
  const desiredCount = Math.min(max, Math.max(min, service.settings.desiredCount));
  if (desiredCount === service.settings.desiredCount) return;
  service.settings = { ...service.settings, desiredCount };
  wakeScheduler(region, service);
}

function activeService(region: Region, resourceId: string): ServiceRecord {
  const service = region.services.get(resourceId.slice('service/'.length));
  if (service?.status !== 'ACTIVE') throw validationException(`ECS service doesn't exist: ${resourceId}`);
  return service;
}

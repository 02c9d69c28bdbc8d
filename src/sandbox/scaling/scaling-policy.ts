import type { InputOf } from '../../aws/operations.ts';
import type { ScalingPolicy } from '../../aws/scaling-operations.ts';
import { today } from '../environment.ts';
import { uuid } from '../ids.ts';
import { validationException } from '../refusals.ts';
import type { Region } from '../region.ts';

type PutInput = InputOf<'application-autoscaling:PutScalingPolicy'>;

const METRICS: readonly string[] = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ECSServiceAverageCPUUtilizationHighResolution',
  'ECSServiceAverageMemoryUtilizationHighResolution',
  'ALBRequestCountPerTarget',
];
const LABEL = /^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/;

/** What PutScalingPolicy refuses. Throws. */
export function checkPolicy(input: PutInput, old: ScalingPolicy | undefined): void {
  if (input.PolicyType === undefined && old === undefined) throw validationException('PolicyType is required.');
  if (input.PolicyType !== 'TargetTrackingScaling') return;
  const tracking = input.TargetTrackingScalingPolicyConfiguration;
  if (tracking?.TargetValue === undefined) throw validationException('TargetValue must be specified.');
  const predefined = tracking.PredefinedMetricSpecification;
  if ((predefined === undefined) === (tracking.CustomizedMetricSpecification === undefined)) {
    throw validationException('Specify exactly one of a predefined and a customized metric.');
  }
  if (predefined === undefined) return;
  if (!METRICS.includes(predefined.PredefinedMetricType ?? '')) {
    throw validationException(`Unsupported metric for ECS: ${predefined.PredefinedMetricType}`);
  }
  if (predefined.PredefinedMetricType === 'ALBRequestCountPerTarget' && !LABEL.test(predefined.ResourceLabel ?? '')) {
    throw validationException('A resource label is required for ALBRequestCountPerTarget.');
  }
}

/** The policy as DescribeScalingPolicies returns it. Its ARN and its alarms outlive an update. */
export function filledPolicy(region: Region, input: PutInput, old: ScalingPolicy | undefined): ScalingPolicy {
  const { random } = region.environment;
  const tracking = input.TargetTrackingScalingPolicyConfiguration;
  const id = uuid(random);
  const arn = region.arn(
    'autoscaling',
    `scalingPolicy:${id}:resource/ecs/${input.ResourceId}:policyName/${input.PolicyName}`,
  );
  return {
    ...input,
    PolicyARN: old?.PolicyARN ?? arn,
    CreationTime: old?.['CreationTime'] ?? today(region.environment),
    Alarms: old?.['Alarms'] ?? alarms(region, input),
    ...(tracking && { TargetTrackingScalingPolicyConfiguration: { DisableScaleIn: false, ...tracking } }),
  };
}

/** Target tracking brings its own pair of CloudWatch alarms. */
function alarms(region: Region, { PolicyType, ResourceId }: PutInput): readonly object[] {
  if (PolicyType !== 'TargetTrackingScaling') return [];
  return ['AlarmHigh', 'AlarmLow'].map((kind) => {
    const AlarmName = `TargetTracking-${ResourceId}-${kind}-${uuid(region.environment.random)}`;
    return { AlarmName, AlarmARN: region.arn('cloudwatch', `alarm:${AlarmName}`) };
  });
}

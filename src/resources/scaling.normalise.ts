import type { ScalingPolicy, ScheduledAction } from '../aws/scaling-operations.ts';
import type { JsonValue } from '../lib/json.ts';
import { compact } from './normal-form.ts';

/** Both cooldowns of an ECS service are 300 s where none was given (Application Auto Scaling user guide, target tracking). */
const DEFAULT_COOLDOWN_SECONDS = 300;

/** A policy without what AWS adds (ARN, alarms, creation time), defaults filled in. */
export function normalisePolicy(policy: ScalingPolicy): JsonValue | undefined {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return compact({
    type: policy.PolicyType ?? 'TargetTrackingScaling',
    metric: tracking?.PredefinedMetricSpecification ?? tracking?.CustomizedMetricSpecification,
    target: tracking?.TargetValue,
    scaleOutCooldown: tracking?.ScaleOutCooldown ?? DEFAULT_COOLDOWN_SECONDS,
    scaleInCooldown: tracking?.ScaleInCooldown ?? DEFAULT_COOLDOWN_SECONDS,
    disableScaleIn: tracking?.DisableScaleIn ?? false,
  });
}

/** A scheduled action without what AWS adds; the time zone is UTC where none was given (API, PutScheduledAction). */
export function normaliseSchedule(action: ScheduledAction): JsonValue | undefined {
  return compact({
    schedule: action.Schedule,
    timezone: action.Timezone ?? 'UTC',
    minCapacity: action.ScalableTargetAction?.MinCapacity,
    maxCapacity: action.ScalableTargetAction?.MaxCapacity,
    start: action.StartTime,
    end: action.EndTime,
  });
}

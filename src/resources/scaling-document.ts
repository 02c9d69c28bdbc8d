import type { ScalingPolicyInput, ScheduledActionInput } from '../aws/gateway.ts';
import type { Autoscaling, ScalingTarget } from '../manifest/types.ts';
import { OWN_PREFIX } from './scaling-state.ts';

/**
 * `app/<load balancer>/<id>/targetgroup/<target group>/<id>`: the ends of the two ARNs
 * (Application Auto Scaling API, PredefinedMetricSpecification.ResourceLabel).
 */
export function resourceLabel(loadBalancerArn: string, targetGroupArn: string): string {
  const loadBalancer = loadBalancerArn.slice(loadBalancerArn.indexOf('loadbalancer/') + 'loadbalancer/'.length);
  const targetGroup = targetGroupArn.slice(targetGroupArn.indexOf('targetgroup/'));
  return `${loadBalancer}/${targetGroup}`;
}

/**
 * The target tracking policies of a manifest. Cooldowns are always sent: whether AWS writes its defaults back is not
 * documented. A policy on requests per target is left out until its label is known.
 */
export function policiesFor(autoscaling: Autoscaling, requestLabel: string | undefined): readonly ScalingPolicyInput[] {
  return autoscaling.targets.flatMap((target) => {
    const metric = metricOf(target, requestLabel);
    if (metric === undefined) return [];
    return [
      {
        PolicyName: `${OWN_PREFIX}${policySuffix(target)}`,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          ...metric,
          TargetValue: target.value,
          ScaleOutCooldown: target.scaleOutCooldownSeconds,
          ScaleInCooldown: target.scaleInCooldownSeconds,
          DisableScaleIn: target.disableScaleIn,
        },
      },
    ];
  });
}

function policySuffix({ metric }: ScalingTarget): string {
  switch (metric.kind) {
    case 'cpu':
      return 'cpu';
    case 'memory':
      return 'memory';
    case 'requestsPerTarget':
      return 'requests-per-target';
    case 'custom':
      return `metric-${metric.name}`;
  }
}

function metricOf({ metric }: ScalingTarget, requestLabel: string | undefined): object | undefined {
  switch (metric.kind) {
    case 'cpu':
      return { PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' } };
    case 'memory':
      return { PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' } };
    case 'requestsPerTarget':
      if (requestLabel === undefined) return undefined;
      return {
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: requestLabel,
        },
      };
    case 'custom':
      return { CustomizedMetricSpecification: metric.specification };
  }
}

/** The scheduled actions of a manifest; AWS carries them out by itself. */
export function scheduledActionsFor(autoscaling: Autoscaling): readonly ScheduledActionInput[] {
  return autoscaling.schedules.map((schedule) => ({
    ScheduledActionName: `${OWN_PREFIX}${schedule.name}`,
    Schedule: schedule.schedule,
    Timezone: schedule.timezone,
    ScalableTargetAction: {
      ...(schedule.minCapacity === undefined ? {} : { MinCapacity: schedule.minCapacity }),
      ...(schedule.maxCapacity === undefined ? {} : { MaxCapacity: schedule.maxCapacity }),
    },
  }));
}

import type { Call, Nothing, OpenShape, TagMap } from './shape.ts';

/** What every call about one service's scaling names: namespace `ecs`, `service/<cluster>/<name>`, the dimension. */
export interface ScalableRef {
  readonly ServiceNamespace: string;
  readonly ResourceId: string;
  readonly ScalableDimension: string;
}

export interface ScalableTarget extends OpenShape {
  readonly ResourceId?: string;
  readonly MinCapacity?: number;
  readonly MaxCapacity?: number;
  readonly ScalableTargetARN?: string;
}

export interface TargetTrackingConfiguration extends OpenShape {
  readonly TargetValue?: number;
  readonly PredefinedMetricSpecification?: {
    readonly PredefinedMetricType?: string;
    readonly ResourceLabel?: string;
  };
  readonly CustomizedMetricSpecification?: OpenShape;
  readonly ScaleOutCooldown?: number;
  readonly ScaleInCooldown?: number;
  readonly DisableScaleIn?: boolean;
}

export interface ScalingPolicy extends OpenShape {
  readonly PolicyARN?: string;
  readonly PolicyName?: string;
  readonly PolicyType?: string;
  readonly ResourceId?: string;
  readonly TargetTrackingScalingPolicyConfiguration?: TargetTrackingConfiguration;
}

export interface ScheduledAction extends OpenShape {
  readonly ScheduledActionName?: string;
  readonly ResourceId?: string;
  readonly Schedule?: string;
  readonly Timezone?: string;
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  readonly ScalableTargetAction?: { readonly MinCapacity?: number; readonly MaxCapacity?: number };
}

/** The operations of Application Auto Scaling that Evenkeel uses. */
export interface ScalingOperations {
  'application-autoscaling:DescribeScalableTargets': Call<
    {
      readonly ServiceNamespace: string;
      readonly ResourceIds?: readonly string[];
      readonly NextToken?: string;
    } & OpenShape,
    { readonly ScalableTargets?: readonly ScalableTarget[]; readonly NextToken?: string }
  >;
  'application-autoscaling:RegisterScalableTarget': Call<
    ScalableRef & { readonly MinCapacity?: number; readonly MaxCapacity?: number; readonly Tags?: TagMap } & OpenShape,
    { readonly ScalableTargetARN?: string }
  >;
  'application-autoscaling:DeregisterScalableTarget': Call<ScalableRef, Nothing>;
  'application-autoscaling:DescribeScalingPolicies': Call<
    { readonly ServiceNamespace: string; readonly ResourceId?: string; readonly NextToken?: string } & OpenShape,
    { readonly ScalingPolicies?: readonly ScalingPolicy[]; readonly NextToken?: string }
  >;
  'application-autoscaling:PutScalingPolicy': Call<
    ScalableRef & {
      readonly PolicyName: string;
      readonly PolicyType: string;
      readonly TargetTrackingScalingPolicyConfiguration?: TargetTrackingConfiguration;
    },
    { readonly PolicyARN?: string } & OpenShape
  >;
  'application-autoscaling:DeleteScalingPolicy': Call<ScalableRef & { readonly PolicyName: string }, Nothing>;
  'application-autoscaling:DescribeScheduledActions': Call<
    { readonly ServiceNamespace: string; readonly ResourceId?: string; readonly NextToken?: string } & OpenShape,
    { readonly ScheduledActions?: readonly ScheduledAction[]; readonly NextToken?: string }
  >;
  'application-autoscaling:PutScheduledAction': Call<
    ScalableRef & {
      readonly ScheduledActionName: string;
      readonly Schedule: string;
      readonly Timezone?: string;
      readonly StartTime?: Date;
      readonly EndTime?: Date;
      readonly ScalableTargetAction?: { readonly MinCapacity?: number; readonly MaxCapacity?: number };
    },
    Nothing
  >;
  'application-autoscaling:DeleteScheduledAction': Call<
    ScalableRef & { readonly ScheduledActionName: string },
    Nothing
  >;
  'application-autoscaling:ListTagsForResource': Call<{ readonly ResourceARN: string }, { readonly Tags?: TagMap }>;
}

import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'application-autoscaling'>, CommandClass>> = {
  DeleteScalingPolicy: DeleteScalingPolicyCommand,
  DeleteScheduledAction: DeleteScheduledActionCommand,
  DeregisterScalableTarget: DeregisterScalableTargetCommand,
  DescribeScalableTargets: DescribeScalableTargetsCommand,
  DescribeScalingPolicies: DescribeScalingPoliciesCommand,
  DescribeScheduledActions: DescribeScheduledActionsCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  PutScalingPolicy: PutScalingPolicyCommand,
  PutScheduledAction: PutScheduledActionCommand,
  RegisterScalableTarget: RegisterScalableTargetCommand,
};

export function applicationAutoScalingService(config: ClientConfig): SdkService {
  return sdkService(new ApplicationAutoScalingClient(config), COMMANDS);
}

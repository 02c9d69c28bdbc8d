import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'elbv2'>, CommandClass>> = {
  DescribeTargetGroups: DescribeTargetGroupsCommand,
};

export function elbv2Service(config: ClientConfig): SdkService {
  return sdkService(new ElasticLoadBalancingV2Client(config), COMMANDS);
}

import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'logs'>, CommandClass>> = {
  CreateLogGroup: CreateLogGroupCommand,
  DeleteRetentionPolicy: DeleteRetentionPolicyCommand,
  DescribeLogGroups: DescribeLogGroupsCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  PutRetentionPolicy: PutRetentionPolicyCommand,
  TagResource: TagResourceCommand,
};

export function logsService(config: ClientConfig): SdkService {
  return sdkService(new CloudWatchLogsClient(config), COMMANDS);
}

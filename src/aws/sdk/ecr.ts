import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'ecr'>, CommandClass>> = {
  BatchGetImage: BatchGetImageCommand,
  CreateRepository: CreateRepositoryCommand,
  DeleteLifecyclePolicy: DeleteLifecyclePolicyCommand,
  DescribeRepositories: DescribeRepositoriesCommand,
  GetAuthorizationToken: GetAuthorizationTokenCommand,
  GetLifecyclePolicy: GetLifecyclePolicyCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  PutImageScanningConfiguration: PutImageScanningConfigurationCommand,
  PutImageTagMutability: PutImageTagMutabilityCommand,
  PutLifecyclePolicy: PutLifecyclePolicyCommand,
  TagResource: TagResourceCommand,
};

export function ecrService(config: ClientConfig): SdkService {
  return sdkService(new ECRClient(config), COMMANDS);
}

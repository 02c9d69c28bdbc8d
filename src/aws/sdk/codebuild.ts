import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'codebuild'>, CommandClass>> = {
  BatchGetBuilds: BatchGetBuildsCommand,
  ListBuildsForProject: ListBuildsForProjectCommand,
  StartBuild: StartBuildCommand,
  StopBuild: StopBuildCommand,
};

export function codeBuildService(config: ClientConfig): SdkService {
  return sdkService(new CodeBuildClient(config), COMMANDS);
}

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'sts'>, CommandClass>> = {
  GetCallerIdentity: GetCallerIdentityCommand,
};

export function stsService(config: ClientConfig): SdkService {
  return sdkService(new STSClient(config), COMMANDS);
}

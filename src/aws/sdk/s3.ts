import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ClientConfig } from './client-config.ts';
import type { OperationOf } from './sdk-options.ts';
import { type CommandClass, type SdkService, sdkService } from './sdk-service.ts';

const COMMANDS: Readonly<Record<OperationOf<'s3'>, CommandClass>> = {
  HeadObject: HeadObjectCommand,
  PutObject: PutObjectCommand,
};

/** An endpoint of one's own seldom answers to `<bucket>.<host>`: there the bucket goes into the path. */
export function s3Service(config: ClientConfig): SdkService {
  return sdkService(new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined }), COMMANDS);
}

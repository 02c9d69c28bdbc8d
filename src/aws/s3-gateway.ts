import { AwsError, AwsFault, isAwsError } from './errors.ts';
import type { ObjectRef, S3Api } from './gateway.ts';
import type { AwsTransport, CallOptions } from './operations.ts';
import { unlessMissing } from './unless-missing.ts';

const HEAD = 's3:HeadObject';

/** Amazon S3 over a transport. */
export class S3Gateway implements S3Api {
  readonly #transport: AwsTransport;

  constructor(transport: AwsTransport) {
    this.#transport = transport;
  }

  async hasObject({ bucket, key }: ObjectRef, options: CallOptions): Promise<boolean> {
    try {
      const input = { Bucket: bucket, Key: key };
      return (await unlessMissing(() => this.#transport.call(HEAD, input, options))) !== undefined;
    } catch (thrown) {
      throw isAwsError(thrown, 'denied') ? deniedHead(bucket, thrown) : thrown;
    }
  }

  async putObject({ bucket, key }: ObjectRef, body: Uint8Array, options: CallOptions): Promise<boolean> {
    const input = { Bucket: bucket, Key: key, Body: body, ContentType: 'application/zip' };
    return (await unlessMissing(() => this.#transport.call('s3:PutObject', input, options))) !== undefined;
  }
}

/**
 * The answer to HeadObject has no body, so it cannot name the action; and whoever may not list a bucket is denied even
 * an object that is not there (S3 API reference, HeadObject, Permissions).
 */
function deniedHead(bucket: string, denied: AwsError): AwsError {
  const message = `the caller needs s3:GetObject on the objects of ${bucket} and s3:ListBucket on ${bucket} itself`;
  const details = denied.requestId === undefined ? {} : { requestId: denied.requestId };
  return new AwsError('denied', HEAD, new AwsFault('AccessDenied', message, details));
}

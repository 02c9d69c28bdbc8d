import { AwsError, AwsFault } from './errors.ts';
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
    const input = { Bucket: bucket, Key: key };
    const answer = unlessMissing(() => this.#transport.call(HEAD, input, options));
    return (await answer.catch(explain(bucket))) !== undefined;
  }

  async putObject({ bucket, key }: ObjectRef, body: Uint8Array, options: CallOptions): Promise<boolean> {
    const input = { Bucket: bucket, Key: key, Body: body, ContentType: 'application/zip' };
    const answer = unlessMissing(() => this.#transport.call('s3:PutObject', input, options));
    return (await answer.catch(explain(bucket))) !== undefined;
  }
}

/** Throws what was thrown, with what S3 leaves unsaid. */
function explain(bucket: string): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof AwsError)) throw thrown;
    if (thrown.kind === 'denied' && thrown.operation === HEAD) {
      // The answer to HEAD has no body, so it cannot name the action; and whoever may not list a bucket is denied even an
      // object that is not there (S3 API reference, HeadObject, "Permissions").
      throw inOtherWords(
        thrown,
        `needs s3:GetObject on the objects of ${bucket} and s3:ListBucket on ${bucket} itself`,
      );
    }
    const { cause } = thrown;
    if (!(cause instanceof AwsFault) || cause.status !== 301) throw thrown;
    throw inOtherWords(thrown, `the bucket ${bucket} is in another region`);
  };
}

function inOtherWords({ kind, operation, code, requestId }: AwsError, words: string): AwsError {
  return new AwsError(kind, operation, new AwsFault(code, words, requestId === undefined ? {} : { requestId }));
}

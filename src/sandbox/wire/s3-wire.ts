import { fault, unknownOperation } from '../refusals.ts';
import type { WireAnswer } from './dynamo.ts';
import { escapeText } from './query-wire.ts';

/** Amazon S3 speaks REST: the bucket and the key are in the path, everything else in headers. */
export interface S3Call {
  /** `s3:<name>` */
  readonly operation: string;
  readonly input: object;
}

export interface RestRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly body: Uint8Array;
}

/** What a path-style request asks for (S3 user guide, "Path-style requests"). Throws `AwsFault`. */
export function s3Call({ method, url, body }: RestRequest): S3Call {
  const { pathname, searchParams } = new URL(url, 'http://s3.invalid');
  const [, bucket = '', ...rest] = pathname.split('/').map(decoded);
  const key = rest.join('/');
  const isPlain = [...searchParams.keys()].every((name) => name === 'x-id');
  if (isPlain && key === '' && method === 'PUT') return { operation: 's3:CreateBucket', input: { Bucket: bucket } };
  const input = { Bucket: bucket, Key: key };
  if (isPlain && key !== '' && method === 'HEAD') return { operation: 's3:HeadObject', input };
  if (isPlain && key !== '' && method === 'PUT') return { operation: 's3:PutObject', input: { ...input, Body: body } };
  throw unknownOperation(`The sandbox does not imitate ${method} of ${pathname} in Amazon S3.`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw fault('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Outputs of the operations we have are headers alone. */
export function s3Answer(output: object, requestId: string): WireAnswer {
  const { ContentLength, ETag, LastModified, Location } = output as Readonly<Record<string, unknown>>;
  const headers = {
    'x-amz-request-id': requestId,
    ...(typeof ContentLength === 'number' && { 'content-length': String(ContentLength) }),
    ...(typeof ETag === 'string' && { etag: ETag }),
    ...(LastModified instanceof Date && { 'last-modified': LastModified.toUTCString() }),
    ...(typeof Location === 'string' && { location: Location }),
  };
  return { status: 200, headers, body: '' };
}

/** The answer to HEAD has no body, whatever went wrong. */
export function s3Failure(
  {
    code,
    message,
    status = 500,
  }: { readonly code: string; readonly message: string; readonly status: number | undefined },
  requestId: string,
  method: string,
): WireAnswer {
  const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
  const text = `<Code>${escapeText(code)}</Code><Message>${escapeText(message)}</Message><RequestId>${requestId}</RequestId>`;
  const body = method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${text}</Error>`;
  return { status, headers, body };
}

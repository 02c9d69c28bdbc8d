import { AwsFault } from '../errors.ts';

/** What the SDK throws, as far as we rely on it. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/**
 * An SDK exception as a fault: code, message, HTTP status and request id. The exception itself is not kept as the
 * cause: it carries the whole response, and in some errors the request.
 */
export function toFault(thrown: unknown): AwsFault {
  if (thrown instanceof AwsFault) return thrown;
  if (!(thrown instanceof Error)) return new AwsFault('UnknownError', String(thrown));
  const error: SdkError = thrown;
  const status = error.$metadata?.httpStatusCode;
  const requestId = error.$metadata?.requestId;
  return new AwsFault(codeOf(error), error.message, {
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
  });
}

/** The HTTP handler calls resets and broken pipes TimeoutError too; the system's own code says more. */
function codeOf(error: SdkError): string {
  // Until there is a connection nothing can have happened, which is worth knowing after a write.
  if (error.message.includes('did not establish a connection')) return 'ConnectTimeout';
  if (typeof error.code === 'string' && error.$metadata?.httpStatusCode === undefined) return error.code;
  return error.name === '' || error.name === 'Error' ? 'UnknownError' : error.name;
}

import { ERROR_TABLE, type ErrorRow } from './error-table.ts';
import { AwsError, type AwsErrorKind, AwsFault } from './errors.ts';

const MAX_MESSAGE_LENGTH = 500;
/** Ends a message that was cut. */
export const CUT = '…';
const READING_VERBS = ['Describe', 'List', 'Get', 'Head', 'BatchGet', 'BatchCheck', 'Query', 'Scan'];

/** True when the operation (`<api>:<operation>`) changes nothing, so that repeating it is harmless. */
export function isRead(operation: string): boolean {
  const verb = operation.slice(operation.indexOf(':') + 1);
  return READING_VERBS.some((reading) => verb.startsWith(reading));
}

/**
 * What a fault means for the caller of `operation`. Everything the table does not know is `transient` for a read and
 * `ambiguous` for a write: never `missing`, whatever the HTTP status.
 */
export function classify(operation: string, fault: AwsFault): AwsError {
  const code = bareCode(fault.code);
  const known = code === fault.code && fault.message.length <= MAX_MESSAGE_LENGTH ? fault : tidied(fault, code);
  return new AwsError(kindOf(operation, code, fault), operation, known);
}

function kindOf(operation: string, code: string, fault: AwsFault): AwsErrorKind {
  const message = fault.message.toLowerCase();
  const api = operation.slice(0, operation.indexOf(':'));
  const fits = (row: ErrorRow): boolean =>
    (row.where === '*' || row.where === operation || row.where === api) &&
    (row.code === '*' || row.code === code) &&
    message.includes(row.says);
  return ERROR_TABLE.find(fits)?.kind ?? kindOfStatus(fault.status) ?? (isRead(operation) ? 'transient' : 'ambiguous');
}

function kindOfStatus(status: number | undefined): AwsErrorKind | undefined {
  // S3's, of a bucket in another region: the same call would be sent there again and again.
  if (status === 301) return 'invalid';
  if (status === 429) return 'throttled';
  if (status === 401) return 'credentials';
  if (status === 403) return 'denied';
  if (status === 413) return 'invalid';
  return undefined;
}

/** `com.amazonaws.ecs#ThrottlingException:http://…` is `ThrottlingException`. */
function bareCode(code: string): string {
  const afterHash = code.slice(code.lastIndexOf('#') + 1);
  const colon = afterHash.indexOf(':');
  return colon === -1 ? afterHash : afterHash.slice(0, colon);
}

function tidied(fault: AwsFault, code: string): AwsFault {
  const message =
    fault.message.length <= MAX_MESSAGE_LENGTH ? fault.message : `${fault.message.slice(0, MAX_MESSAGE_LENGTH)}${CUT}`;
  return new AwsFault(code, message, {
    ...(fault.status !== undefined && { status: fault.status }),
    ...(fault.requestId !== undefined && { requestId: fault.requestId }),
    ...(fault.cause !== undefined && { cause: fault.cause }),
  });
}

/** `text` with every one of `secrets` blotted out; for messages in which AWS repeats what it was sent. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

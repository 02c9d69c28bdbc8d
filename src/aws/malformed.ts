import { AwsError, AwsFault } from './errors.ts';

/** AWS answered, and the answer does not tell what it should: nothing may be concluded from it. */
export function malformed(operation: string, message: string): AwsError {
  return new AwsError('ambiguous', operation, new AwsFault('MalformedAnswer', message));
}

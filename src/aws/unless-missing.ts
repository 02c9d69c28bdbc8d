import { isAwsError } from './errors.ts';

/** What `read` answers; undefined when AWS itself says that the thing is not there. */
export async function unlessMissing<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (isAwsError(thrown, 'missing')) return undefined;
    throw thrown;
  }
}

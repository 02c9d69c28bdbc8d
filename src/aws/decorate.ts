import { classify } from './classify.ts';
import { AwsFault } from './errors.ts';
import type { AwsTransport } from './operations.ts';

/** Turns every `AwsFault` into an `AwsError`. An aborted call rejects with the reason of its signal. */
export function classified(inner: AwsTransport): AwsTransport {
  return {
    async call(name, input, options) {
      try {
        return await inner.call(name, input, options);
      } catch (thrown) {
        if (thrown instanceof AwsFault) throw classify(name, thrown);
        options.signal.throwIfAborted();
        throw thrown;
      }
    },
  };
}

import type { Clock } from '../lib/clock.ts';
import { Overtaken } from '../lib/errors.ts';
import { classify } from './classify.ts';
import { AwsError, AwsFault, isAwsError } from './errors.ts';
import { type AwsObserver, labelsOf } from './observer.ts';
import type { AwsTransport } from './operations.ts';
import type { Pacer } from './pacer.ts';
import { type RetryOptions, retrying } from './retry.ts';

const MAX_CODE_LENGTH = 64;

/** Turns every `AwsFault` into an `AwsError`. An aborted call rejects with the reason of its signal. */
export function classified(inner: AwsTransport): AwsTransport {
  return {
    async call(name, input, options) {
      options.signal.throwIfAborted();
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

/** Counts and times every attempt. */
export function metered(inner: AwsTransport, observer: AwsObserver, clock: Clock): AwsTransport {
  return {
    async call(name, input, options) {
      const labels = labelsOf(name);
      const startedAt = clock.elapsed();
      const ended = (code: string): void =>
        observer.callEnded({ ...labels, code, seconds: (clock.elapsed() - startedAt) / 1000 });
      try {
        const output = await inner.call(name, input, options);
        ended('OK');
        return output;
      } catch (thrown) {
        ended(codeOf(thrown, options.signal));
        if (isAwsError(thrown, 'throttled')) observer.throttled(labels);
        throw thrown;
      }
    },
  };
}

/** A metric label: the code of an AWS error, and never free text. */
function codeOf(thrown: unknown, signal: AbortSignal): string {
  if (thrown instanceof AwsError)
    return /^[\w.-]+$/.test(thrown.code) ? thrown.code.slice(0, MAX_CODE_LENGTH) : 'Unknown';
  return signal.aborted ? 'Aborted' : 'Unknown';
}

/** Waits for a turn before every attempt, looks whether it is still meant, and tells the pacer how it went. */
export function paced(inner: AwsTransport, pacer: Pacer, observer: AwsObserver, clock: Clock): AwsTransport {
  return {
    async call(name, input, options) {
      const askedAt = clock.elapsed();
      await pacer.take(name, options.signal);
      observer.limiterWaited({ ...labelsOf(name), seconds: (clock.elapsed() - askedAt) / 1000 });
      if (options.stillMeant?.() === false) throw new Overtaken(name);
      try {
        const output = await inner.call(name, input, options);
        pacer.report(name, 'ok');
        return output;
      } catch (thrown) {
        if (isAwsError(thrown, 'throttled')) pacer.report(name, 'throttled');
        throw thrown;
      }
    },
  };
}

/** Repeats what may safely be repeated (see `retrying`). */
export function retried(
  inner: AwsTransport,
  retry: Omit<RetryOptions, 'onRetry'>,
  observer: AwsObserver,
): AwsTransport {
  return {
    call: (name, input, options) =>
      retrying(
        name,
        () => inner.call(name, input, options),
        { ...retry, onRetry: () => observer.retried(labelsOf(name)) },
        options.signal,
      ),
  };
}

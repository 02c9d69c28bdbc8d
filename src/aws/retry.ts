import pRetry from 'p-retry';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { isRead } from './classify.ts';
import { isAwsError } from './errors.ts';

const MAX_ATTEMPTS = 5;
const CAP_MS = 20_000;
/** As the SDK: throttling means a bucket that refills by the second, a dropped connection does not. */
const THROTTLED_BASE_MS = 1000;
const TRANSIENT_BASE_MS = 100;

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Told before each wait. */
  readonly onRetry?: (error: Error, waitMs: number) => void;
}

/**
 * The one retry layer. Reads are repeated when throttled or after a passing failure; writes only when throttled, for
 * then nothing happened. Five attempts at most; whatever else goes wrong is for the caller, who can look again.
 */
export async function retrying<T>(
  operation: string,
  attempt: () => Promise<T>,
  { clock, random, onRetry }: RetryOptions,
  signal: AbortSignal,
): Promise<T> {
  return pRetry(attempt, {
    retries: MAX_ATTEMPTS - 1,
    // p-retry would set a timer of its own; with no timeout it waits for nothing but `onFailedAttempt`.
    minTimeout: 0,
    maxTimeout: 0,
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !isRepeatable(operation, error)) return;
      const waitMs = backoffMs(error, attemptNumber, random);
      onRetry?.(error, waitMs);
      await clock.sleep(waitMs, signal);
    },
    shouldRetry: ({ error }) => isRepeatable(operation, error),
  });
}

function isRepeatable(operation: string, error: Error): boolean {
  return isAwsError(error, 'throttled') || (isAwsError(error, 'transient') && isRead(operation));
}

/** Exponential with full jitter: anything from nothing to the ceiling. */
function backoffMs(error: Error, attemptNumber: number, random: Random): number {
  const baseMs = isAwsError(error, 'throttled') ? THROTTLED_BASE_MS : TRANSIENT_BASE_MS;
  return random() * Math.min(CAP_MS, baseMs * 2 ** (attemptNumber - 1));
}

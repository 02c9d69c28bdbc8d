import type { Clock } from '../lib/clock.ts';
import { CATEGORY_OF, QUOTAS, type Quota, type QuotaCategory } from './limits.ts';
import type { OperationName } from './operations.ts';
import { TokenBucket } from './token-bucket.ts';

/** Keeps our calls within the quotas that an account shares with everybody else who uses it. */
export interface Pacer {
  /** Waits for a token of this operation's bucket, first come first served. */
  take(operation: OperationName, signal: AbortSignal): Promise<void>;
  /** Feeds back what AWS said, so a bucket narrows on throttling and widens again. */
  report(operation: OperationName, result: 'ok' | 'throttled'): void;
}

export interface PacerOptions {
  /** The part of every quota we use at most; default 0.5, for the bucket belongs to everybody in the account. */
  readonly share?: number;
  /** By how much the account's quotas were raised over AWS's defaults; default 1. */
  readonly scale?: number;
}

/** A pacer for one account and region. Several gateways of the same account and region share one. */
export function createPacer(clock: Clock, { share = 0.5, scale = 1 }: PacerOptions = {}): Pacer {
  const buckets = new Map<QuotaCategory, TokenBucket>();
  const bucketOf = (operation: OperationName): TokenBucket => {
    const category = CATEGORY_OF[operation];
    let bucket = buckets.get(category);
    if (bucket === undefined) {
      bucket = new TokenBucket(scaled(QUOTAS[category], share * scale), clock);
      buckets.set(category, bucket);
    }
    return bucket;
  };
  return {
    take: (operation, signal) => bucketOf(operation).take(signal),
    report: (operation, result) => bucketOf(operation).report(result),
  };
}

/** A bucket that could never hold a whole token would never let a call through. */
function scaled(quota: Quota, factor: number): Quota {
  return { burst: Math.max(1, Math.floor(quota.burst * factor)), perSecond: quota.perSecond * factor };
}

import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { classified, metered, paced, retried } from './decorate.ts';
import type { AwsObserver } from './observer.ts';
import type { AwsTransport } from './operations.ts';
import type { Pacer } from './pacer.ts';

export interface DecorateOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly pacer: Pacer;
  readonly observer: AwsObserver;
}

/**
 * What a gateway needs over the SDK or the sandbox. From the inside: every attempt is classified, counted, and waits
 * for its turn; attempts that may be repeated are.
 */
export function decorate(inner: AwsTransport, { clock, random, pacer, observer }: DecorateOptions): AwsTransport {
  const attempt = metered(classified(inner), observer, clock);
  return retried(paced(attempt, pacer, observer, clock), { clock, random }, observer);
}

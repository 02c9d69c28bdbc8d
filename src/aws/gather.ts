import type { Clock } from '../lib/clock.ts';
import type { AwsTransport } from './operations.ts';

/** How long single calls wait for others that can share their call. */
export interface GatherWindow {
  readonly idleMs: number;
  readonly maxWaitMs: number;
}

/** What every part of the gateway is made of. */
export interface GatewayParts {
  readonly transport: AwsTransport;
  readonly clock: Clock;
  readonly window: GatherWindow;
}

/** The last part of an ARN, or of anything with slashes. */
export function trailingName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

import { Batcher } from './batcher.ts';
import { isAwsError } from './errors.ts';
import type { LoadBalancingApi } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import type { AwsTransport, CallOptions, TargetGroup } from './operations.ts';
import { itemsOf, pagesOf } from './pages.ts';
import { splitOn } from './split.ts';

const DESCRIBE = 'elbv2:DescribeTargetGroups';

/** Elastic Load Balancing v2 over a transport. */
export class LoadBalancingGateway implements LoadBalancingApi, Disposable {
  readonly #targetGroups: Batcher<string, TargetGroup | undefined>;

  constructor({ transport, clock, window }: GatewayParts) {
    this.#targetGroups = new Batcher(
      {
        name: DESCRIBE,
        ...window,
        maxItems: BATCH.describeTargetGroups,
        bucket: () => '',
        same: (arn) => arn,
        // One unknown ARN fails the whole call.
        execute: splitOn(['invalid', 'missing'], (arns, signal) => describedTargetGroups(transport, arns, signal)),
      },
      clock,
    );
  }

  [Symbol.dispose](): void {
    this.#targetGroups[Symbol.dispose]();
  }

  async describeTargetGroup(arn: string, { signal }: CallOptions): Promise<TargetGroup | undefined> {
    try {
      return await this.#targetGroups.load(arn, signal);
    } catch (thrown) {
      if (isAwsError(thrown, 'missing')) return undefined;
      throw thrown;
    }
  }
}

async function describedTargetGroups(
  transport: AwsTransport,
  arns: readonly string[],
  signal: AbortSignal,
): Promise<readonly PromiseSettledResult<TargetGroup | undefined>[]> {
  const found = new Map<string, TargetGroup>();
  const pages = pagesOf(
    DESCRIBE,
    (token) =>
      transport.call(DESCRIBE, { TargetGroupArns: arns, ...(token !== undefined && { Marker: token }) }, { signal }),
    (page) => page.NextMarker,
  );
  for await (const page of pages) {
    for (const group of itemsOf(DESCRIBE, page.TargetGroups)) found.set(group.TargetGroupArn ?? '', group);
  }
  return arns.map((arn) => ({ status: 'fulfilled', value: found.get(arn) }));
}

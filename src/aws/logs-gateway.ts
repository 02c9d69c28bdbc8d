import { Batcher } from './batcher.ts';

import type { LogStreamRef, LogsApi, StreamPart } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import type { AwsTransport, CallOptions, LogGroup } from './operations.ts';
import { itemsOf, pagesOf } from './pages.ts';
import type { TagMap } from './shape.ts';
import { splitOn } from './split.ts';
import { unlessMissing } from './unless-missing.ts';

const DESCRIBE = 'logs:DescribeLogGroups';

/** Amazon CloudWatch Logs over a transport. */
export class LogsGateway implements LogsApi, Disposable {
  readonly #transport: AwsTransport;
  readonly #groups: Batcher<string, LogGroup | undefined>;

  constructor({ transport, clock, window }: GatewayParts) {
    this.#transport = transport;
    this.#groups = new Batcher(
      {
        name: DESCRIBE,
        ...window,
        maxItems: BATCH.describeLogGroups,
        bucket: () => '',
        same: (name) => name,
        execute: splitOn(['invalid', 'missing'], (names, signal) => describedGroups(transport, names, signal)),
      },
      clock,
    );
  }

  [Symbol.dispose](): void {
    this.#groups[Symbol.dispose]();
  }

  async describeLogGroup(name: string, { signal }: CallOptions): Promise<LogGroup | undefined> {
    return unlessMissing(() => this.#groups.load(name, signal));
  }

  async createLogGroup(name: string, tags: TagMap, options: CallOptions): Promise<void> {
    const tagged = Object.keys(tags).length === 0 ? {} : { tags };
    await this.#transport.call('logs:CreateLogGroup', { logGroupName: name, ...tagged }, options);
  }

  async setRetention(name: string, days: number, options: CallOptions): Promise<void> {
    if (days === 0) await this.#transport.call('logs:DeleteRetentionPolicy', { logGroupName: name }, options);
    else {
      const input = { logGroupName: name, retentionInDays: days };
      await this.#transport.call('logs:PutRetentionPolicy', input, options);
    }
  }

  async tagsOf(arn: string, options: CallOptions): Promise<TagMap> {
    const { tags } = await this.#transport.call('logs:ListTagsForResource', { resourceArn: arn }, options);
    return tags ?? {};
  }

  async tag(arn: string, tags: TagMap, options: CallOptions): Promise<void> {
    await this.#transport.call('logs:TagResource', { resourceArn: arn, tags }, options);
  }

  async readStream(
    { group, stream }: LogStreamRef,
    place: string | undefined,
    options: CallOptions,
  ): Promise<StreamPart | undefined> {
    const from = place === undefined ? {} : { nextToken: place };
    const input = { logGroupName: group, logStreamName: stream, startFromHead: true, ...from };
    const answer = await unlessMissing(() => this.#transport.call('logs:GetLogEvents', input, options));
    if (answer === undefined) return undefined;
    const messages = (answer.events ?? []).map(({ message }) => message ?? '');
    return { messages, place: answer.nextForwardToken };
  }
}

/** Exact names only, whatever else the answer holds; the pages are left as soon as every name has been seen. */
async function describedGroups(
  transport: AwsTransport,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly PromiseSettledResult<LogGroup | undefined>[]> {
  const wanted = new Set(names);
  const found = new Map<string, LogGroup>();
  const pages = pagesOf(
    DESCRIBE,
    (token) =>
      transport.call(
        DESCRIBE,
        { logGroupIdentifiers: names, ...(token !== undefined && { nextToken: token }) },
        { signal },
      ),
    (page) => page.nextToken,
  );
  for await (const page of pages) {
    for (const group of itemsOf(DESCRIBE, page.logGroups)) {
      if (group.logGroupName !== undefined && wanted.has(group.logGroupName)) found.set(group.logGroupName, group);
    }
    if (found.size === wanted.size) break;
  }
  return names.map((name) => ({ status: 'fulfilled', value: found.get(name) }));
}

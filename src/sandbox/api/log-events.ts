import type { Handlers } from '../handler.ts';
import { knownLogGroup } from '../logs/log-groups.ts';
import { type Page, paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { LogLine, Region } from '../region.ts';

interface GroupRef {
  readonly logGroupName?: string;
  /** Name or ARN. */
  readonly logGroupIdentifier?: string;
}
interface Window {
  readonly startTime?: number;
  readonly endTime?: number;
  readonly limit?: number;
  readonly nextToken?: string;
}
interface StreamsInput extends GroupRef {
  readonly logStreamNamePrefix?: string;
  readonly limit?: number;
  readonly nextToken?: string;
  readonly descending?: boolean;
}
interface EventsInput extends GroupRef, Window {
  readonly logStreamName: string;
  readonly startFromHead?: boolean;
}
interface FilterInput extends GroupRef, Window {
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly filterPattern?: string;
}

export const LOG_EVENTS: Handlers = {
  DescribeLogStreams(region, input: StreamsInput) {
    const streams = [...streamsOf(region, input)]
      .filter(([name]) => name.startsWith(input.logStreamNamePrefix ?? ''))
      .map(([name, lines]) => streamView(region, nameOf(input), name, lines))
      .sort((a, b) => (a.logStreamName < b.logStreamName ? -1 : 1));
    if (input.descending === true) streams.reverse();
    const { items, next } = page(streams, input, 50);
    return { logStreams: items, ...(next !== undefined && { nextToken: next }) };
  },

  GetLogEvents(region, input: EventsInput) {
    const lines = streamsOf(region, input).get(input.logStreamName);
    if (lines === undefined) throw fault('ResourceNotFoundException', 'The specified log stream does not exist.');
    const within = lines.filter((line) => isWithin(line, input)).map(eventView);
    // A token stands for a place in the stream; at its end the same token comes back.
    const from = input.nextToken === undefined ? startOf(within.length, input) : placeOf(input.nextToken);
    const end = Math.min(within.length, from + (input.limit ?? 10_000));
    return {
      events: within.slice(from, end),
      nextForwardToken: `f/${end}`,
      nextBackwardToken: `b/${Math.max(0, from - (input.limit ?? 10_000))}`,
    };
  },

  FilterLogEvents(region, input: FilterInput) {
    const wanted = (input.filterPattern ?? '').replaceAll('"', '').trim();
    const events = [...streamsOf(region, input)]
      .filter(([name]) => input.logStreamNames?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ''))
      .flatMap(([logStreamName, lines]) =>
        lines
          .filter((line) => isWithin(line, input) && line.message.includes(wanted))
          .map((line, index) => ({ logStreamName, ...eventView(line), eventId: `${line.timestamp}${index}` })),
      )
      .sort((a, b) => a.timestamp - b.timestamp);
    const { items, next } = page(events, input, 10_000);
    return { events: items, searchedLogStreams: [], ...(next !== undefined && { nextToken: next }) };
  },
};

function nameOf({ logGroupName, logGroupIdentifier }: GroupRef): string | undefined {
  return logGroupName ?? logGroupIdentifier?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
}

function streamsOf(region: Region, ref: GroupRef): ReadonlyMap<string, readonly LogLine[]> {
  return knownLogGroup(region, nameOf(ref)).streams;
}

function streamView(region: Region, group: string | undefined, name: string, lines: readonly LogLine[]) {
  const first = lines[0]?.timestamp ?? 0;
  const last = lines.at(-1)?.timestamp ?? first;
  return {
    logStreamName: name,
    creationTime: first,
    firstEventTimestamp: first,
    lastEventTimestamp: last,
    lastIngestionTime: last,
    uploadSequenceToken: '0',
    arn: region.arn('logs', `log-group:${group}:log-stream:${name}`),
    storedBytes: 0,
  };
}

function eventView({ timestamp, message }: LogLine) {
  return { timestamp, message, ingestionTime: timestamp };
}

function isWithin({ timestamp }: LogLine, { startTime = 0, endTime = Number.POSITIVE_INFINITY }: Window): boolean {
  return timestamp >= startTime && timestamp < endTime;
}

function startOf(length: number, { startFromHead, limit = 10_000 }: EventsInput): number {
  return startFromHead === true ? 0 : Math.max(0, length - limit);
}

function placeOf(token: string): number {
  const match = /^[fb]\/(\d+)$/.exec(token);
  if (match === null) throw invalidParameter('The specified nextToken is invalid.');
  return Number(match[1]);
}

function page<Item>(items: readonly Item[], input: Window, size: number): Page<Item> {
  return paginate(items, {
    token: input.nextToken,
    size: input.limit,
    defaultSize: size,
    maxSize: size,
    rotation: 0,
    refuse: invalidParameter,
  });
}

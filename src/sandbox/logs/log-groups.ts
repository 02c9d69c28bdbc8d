import type { TagMap } from '../../aws/shape.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { LogGroupRecord, Region } from '../region.ts';

/** As DescribeLogGroups returns a new one. */
export function newLogGroup(region: Region, name: string, tags: TagMap, given: object): LogGroupRecord {
  const arn = region.arn('logs', `log-group:${name}`);
  const { kmsKeyId, logGroupClass, deletionProtectionEnabled } = given as Readonly<Record<string, unknown>>;
  return {
    group: {
      logGroupName: name,
      creationTime: region.environment.now(),
      metricFilterCount: 0,
      arn: `${arn}:*`,
      storedBytes: 0,
      logGroupClass: logGroupClass ?? 'STANDARD',
      logGroupArn: arn,
      ...(kmsKeyId !== undefined && { kmsKeyId }),
      ...(deletionProtectionEnabled !== undefined && { deletionProtectionEnabled }),
    },
    tags,
    streams: new Map(),
  };
}

export function knownLogGroup(region: Region, name: string | undefined): LogGroupRecord {
  const record = region.logGroups.get(name ?? '');
  if (record === undefined) throw fault('ResourceNotFoundException', 'The specified log group does not exist.');
  return record;
}

/** Tagging takes the ARN without the `:*` (SDK `ListTagsForResourceRequest`). */
export function logGroupByArn(region: Region, arn: string | undefined): LogGroupRecord {
  const prefix = region.arn('logs', 'log-group:');
  if (arn?.startsWith(prefix) !== true || arn.endsWith(':*')) throw invalidParameter('Invalid resource ARN.');
  return knownLogGroup(region, arn.slice(prefix.length));
}

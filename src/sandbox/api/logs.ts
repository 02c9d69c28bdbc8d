import type { InputOf } from '../../aws/operations.ts';
import type { Handlers } from '../handler.ts';
import { knownLogGroup, logGroupByArn, newLogGroup } from '../logs/log-groups.ts';
import { paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { LogGroupRecord } from '../region.ts';

/** Days that PutRetentionPolicy takes. */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

type DescribeInput = InputOf<'logs:DescribeLogGroups'> & { readonly logGroupNamePattern?: string };

export const LOGS: Handlers = {
  DescribeLogGroups(region, input: DescribeInput) {
    const identifiers = input.logGroupIdentifiers;
    const others = [input.logGroupNamePrefix, input.logGroupNamePattern].filter((filter) => filter !== undefined);
    if (others.length + (identifiers === undefined ? 0 : 1) > 1) {
      throw invalidParameter(
        'Only one of logGroupIdentifiers, logGroupNamePrefix and logGroupNamePattern can be used.',
      );
    }
    if (identifiers !== undefined && (identifiers.length === 0 || identifiers.length > 50)) {
      throw invalidParameter('logGroupIdentifiers must have between 1 and 50 items.');
    }
    const groups = [...region.logGroups.values()]
      .map(({ group }) => group)
      .filter((group) => matches(group, input))
      .sort((a, b) => (a.logGroupName < b.logGroupName ? -1 : 1));
    const { items, next } = paginate(groups, {
      token: input.nextToken,
      size: input.limit,
      defaultSize: 50,
      maxSize: 50,
      rotation: 0,
      refuse: invalidParameter,
    });
    return { logGroups: items, ...(next !== undefined && { nextToken: next }) };
  },

  CreateLogGroup(region, input: InputOf<'logs:CreateLogGroup'>) {
    const { logGroupName, tags = {}, ...given } = input;
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName ?? '')) {
      throw invalidParameter("1 validation error detected: Value at 'logGroupName' failed to satisfy constraint.");
    }
    if (region.logGroups.has(logGroupName)) {
      throw fault('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    region.logGroups.set(logGroupName, newLogGroup(region, logGroupName, tags, given));
    return {};
  },

  DeleteLogGroup(region, { logGroupName }: { readonly logGroupName: string }) {
    region.logGroups.delete(knownLogGroup(region, logGroupName).group.logGroupName);
    return {};
  },

  PutRetentionPolicy(region, { logGroupName, retentionInDays }: InputOf<'logs:PutRetentionPolicy'>) {
    if (!RETENTION_DAYS.includes(retentionInDays)) {
      throw invalidParameter(
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      );
    }
    const record = knownLogGroup(region, logGroupName);
    record.group = { ...record.group, retentionInDays };
    return {};
  },

  DeleteRetentionPolicy(region, { logGroupName }: InputOf<'logs:DeleteRetentionPolicy'>) {
    const record = knownLogGroup(region, logGroupName);
    const { retentionInDays: _, ...group } = record.group;
    record.group = group;
    return {};
  },

  ListTagsForResource(region, { resourceArn }: InputOf<'logs:ListTagsForResource'>) {
    return { tags: logGroupByArn(region, resourceArn).tags };
  },
  TagResource(region, { resourceArn, tags }: InputOf<'logs:TagResource'>) {
    const record = logGroupByArn(region, resourceArn);
    record.tags = { ...record.tags, ...tags };
    return {};
  },
  UntagResource(region, { resourceArn, tagKeys }: { readonly resourceArn: string; readonly tagKeys: string[] }) {
    const record = logGroupByArn(region, resourceArn);
    record.tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !tagKeys.includes(key)));
    return {};
  },
};

function matches({ logGroupName, logGroupArn }: LogGroupRecord['group'], input: DescribeInput): boolean {
  const { logGroupIdentifiers, logGroupNamePrefix, logGroupNamePattern } = input;
  if (logGroupIdentifiers !== undefined) {
    return logGroupIdentifiers.includes(logGroupName) || logGroupIdentifiers.includes(logGroupArn);
  }
  if (logGroupNamePattern !== undefined) {
    return logGroupName.toLowerCase().includes(logGroupNamePattern.toLowerCase());
  }
  return logGroupName.startsWith(logGroupNamePrefix ?? '');
}

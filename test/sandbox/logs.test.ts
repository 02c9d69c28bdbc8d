import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogGroup } from '../../src/aws/operations.ts';
import { Fixture } from './sandbox-fixture.ts';

const ARN = 'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/a';

async function withGroups(...names: readonly string[]): Promise<Fixture> {
  const sandbox = new Fixture();
  for (const logGroupName of names) await sandbox.send('logs:CreateLogGroup', { logGroupName, tags: { team: 'x' } });
  return sandbox;
}
async function names(sandbox: Fixture, input: object): Promise<(string | undefined)[]> {
  const output = await sandbox.send<{ logGroups: LogGroup[] }>('logs:DescribeLogGroups', input);
  return output.logGroups.map(({ logGroupName }) => logGroupName);
}

test('LOG-1: a group has two ARNs, and no retention until it is put', async () => {
  const sandbox = await withGroups('/ecs/a');
  const describe = async (): Promise<LogGroup | undefined> =>
    (await sandbox.send<{ logGroups: LogGroup[] }>('logs:DescribeLogGroups', {})).logGroups[0];
  const group = await describe();
  assert.deepEqual([group?.arn, group?.logGroupArn], [`${ARN}:*`, ARN]);
  assert.equal(group?.retentionInDays, undefined);
  await sandbox.send('logs:PutRetentionPolicy', { logGroupName: '/ecs/a', retentionInDays: 30 });
  assert.equal((await describe())?.retentionInDays, 30);
  await sandbox.send('logs:DeleteRetentionPolicy', { logGroupName: '/ecs/a' });
  assert.equal((await describe())?.retentionInDays, undefined);
});

test('LOG-2: identifiers are exact, a prefix is a prefix, and the two do not go together', async () => {
  const sandbox = await withGroups('/ecs/a', '/ecs/a2', '/ecs/b');
  assert.deepEqual(await names(sandbox, { logGroupIdentifiers: ['/ecs/a', '/ecs/none'] }), ['/ecs/a']);
  assert.deepEqual(await names(sandbox, { logGroupNamePrefix: '/ecs/a' }), ['/ecs/a', '/ecs/a2']);
  const both = { logGroupIdentifiers: ['/ecs/a'], logGroupNamePrefix: '/ecs' };
  await assert.rejects(names(sandbox, both), { code: 'InvalidParameterException' });
});

const REFUSED: readonly (readonly [string, string, object, string])[] = [
  ['a group that exists', 'CreateLogGroup', { logGroupName: '/ecs/a' }, 'ResourceAlreadyExistsException'],
  ['a name with a blank', 'CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
  [
    'a retention of 2 days',
    'PutRetentionPolicy',
    { logGroupName: '/ecs/a', retentionInDays: 2 },
    'InvalidParameterException',
  ],
  [
    'retention of a group that is not there',
    'PutRetentionPolicy',
    { logGroupName: 'x', retentionInDays: 1 },
    'ResourceNotFoundException',
  ],
  [
    '51 identifiers',
    'DescribeLogGroups',
    { logGroupIdentifiers: Array.from({ length: 51 }, (_, index) => `g${index}`) },
    'InvalidParameterException',
  ],
  ['a page of 51', 'DescribeLogGroups', { limit: 51 }, 'InvalidParameterException'],
  ['tags of an ARN that ends in :*', 'ListTagsForResource', { resourceArn: `${ARN}:*` }, 'InvalidParameterException'],
  [
    'tags of a group that is not there',
    'TagResource',
    { resourceArn: `${ARN}x`, tags: {} },
    'ResourceNotFoundException',
  ],
  [
    'events of a stream that is not there',
    'GetLogEvents',
    { logGroupName: '/ecs/a', logStreamName: 'x' },
    'ResourceNotFoundException',
  ],
];
for (const [what, operation, input, code] of REFUSED) {
  test(`LOG-3: ${what} is refused`, async () => {
    const sandbox = await withGroups('/ecs/a');
    await assert.rejects(sandbox.send(`logs:${operation}`, input), { code });
  });
}

test('LOG-4: tags are a map, by the ARN without the :*', async () => {
  const sandbox = await withGroups('/ecs/a');
  await sandbox.send('logs:TagResource', { resourceArn: ARN, tags: { env: 'prod' } });
  assert.deepEqual(await sandbox.send('logs:ListTagsForResource', { resourceArn: ARN }), {
    tags: { team: 'x', env: 'prod' },
  });
  await sandbox.send('logs:UntagResource', { resourceArn: ARN, tagKeys: ['team'] });
  assert.deepEqual(await sandbox.send('logs:ListTagsForResource', { resourceArn: ARN }), { tags: { env: 'prod' } });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsFault } from '../../src/aws/errors.ts';
import { afterWindow, gatewayOver, kindIs, numbered } from './gateway-over.ts';

const { signal } = new AbortController();

test('60 log groups take two calls, and only exact names count', async () => {
  const everything = ['/ecs/s1', '/ecs/s10', '/ecs/s1/more'].map((logGroupName) => ({ logGroupName }));
  const { gateway, transport, clock } = gatewayOver({ 'logs:DescribeLogGroups': () => ({ logGroups: everything }) });
  const all = numbered('/ecs/s', 60).map((name) => gateway.logs.describeLogGroup(name, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((group) => group?.logGroupName).filter((name) => name !== undefined),
    ['/ecs/s1', '/ecs/s10'],
  );
  const sizes = transport.inputs('logs:DescribeLogGroups').map((input) => input['logGroupIdentifiers'] as string[]);
  assert.deepEqual(
    sizes.map((names) => names.length),
    [50, 10],
  );
});

test('pages are followed until every name has been seen, and no further', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'logs:DescribeLogGroups': ({ nextToken = '0' }) => ({
      logGroups: [{ logGroupName: `g${nextToken}` }],
      nextToken: String(Number(nextToken) + 1),
    }),
  });
  const both = ['g0', 'g2'].map((name) => gateway.logs.describeLogGroup(name, { signal }));
  const found = await afterWindow(clock, Promise.all(both));
  assert.deepEqual(found, [{ logGroupName: 'g0' }, { logGroupName: 'g2' }]);
  assert.equal(transport.count('logs:DescribeLogGroups'), 3);
});

test('a log group whose absence could not be established is an error', async () => {
  const endless = gatewayOver({ 'logs:DescribeLogGroups': () => ({ logGroups: [], nextToken: '49' }) });
  await assert.rejects(
    afterWindow(endless.clock, endless.gateway.logs.describeLogGroup('g', { signal })),
    kindIs('transient', 'EndlessPages'),
  );
  const empty = gatewayOver({ 'logs:DescribeLogGroups': () => ({}) });
  await assert.rejects(
    afterWindow(empty.clock, empty.gateway.logs.describeLogGroup('g', { signal })),
    kindIs('transient', 'MalformedAnswer'),
  );
});

test('a name the API refuses fails alone', async () => {
  const { gateway, clock } = gatewayOver({
    'logs:DescribeLogGroups': ({ logGroupIdentifiers = [] }) => {
      if (logGroupIdentifiers.includes('b!d')) throw new AwsFault('InvalidParameterException', 'b!d');
      return { logGroups: logGroupIdentifiers.map((logGroupName) => ({ logGroupName })) };
    },
  });
  const all = ['g0', 'b!d', 'g1'].map((name) => gateway.logs.describeLogGroup(name, { signal }));
  const results = await afterWindow(clock, Promise.allSettled(all));
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('writes say what they were asked to, and 0 days is no retention policy at all', async () => {
  const nothing = () => ({});
  const { gateway, transport } = gatewayOver({
    'logs:CreateLogGroup': nothing,
    'logs:PutRetentionPolicy': nothing,
    'logs:DeleteRetentionPolicy': nothing,
    'logs:TagResource': nothing,
    'logs:ListTagsForResource': () => ({ tags: { a: '1' } }),
  });
  await gateway.logs.createLogGroup('g', {}, { signal });
  await gateway.logs.createLogGroup('g', { a: '1' }, { signal });
  await gateway.logs.setRetention('g', 30, { signal });
  await gateway.logs.setRetention('g', 0, { signal });
  await gateway.logs.tag('arn', { a: '1' }, { signal });
  assert.deepEqual(await gateway.logs.tagsOf('arn', { signal }), { a: '1' });
  assert.deepEqual(transport.calls, [
    { name: 'logs:CreateLogGroup', input: { logGroupName: 'g' } },
    { name: 'logs:CreateLogGroup', input: { logGroupName: 'g', tags: { a: '1' } } },
    { name: 'logs:PutRetentionPolicy', input: { logGroupName: 'g', retentionInDays: 30 } },
    { name: 'logs:DeleteRetentionPolicy', input: { logGroupName: 'g' } },
    { name: 'logs:TagResource', input: { resourceArn: 'arn', tags: { a: '1' } } },
    { name: 'logs:ListTagsForResource', input: { resourceArn: 'arn' } },
  ]);
});

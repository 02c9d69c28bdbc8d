import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsFault } from '../../src/aws/errors.ts';
import { afterWindow, gatewayOver, kindIs } from './gateway-over.ts';

const { signal } = new AbortController();

test('a target group that does not exist is undefined, and does not fail those that share its call', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'elbv2:DescribeTargetGroups': ({ TargetGroupArns = [] }) => {
      if (TargetGroupArns.includes('gone')) throw new AwsFault('TargetGroupNotFoundException', 'not found');
      return { TargetGroups: TargetGroupArns.map((TargetGroupArn) => ({ TargetGroupArn })) };
    },
  });
  const all = ['a', 'gone', 'b', 'c'].map((arn) => gateway.loadBalancing.describeTargetGroup(arn, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((group) => group?.TargetGroupArn),
    ['a', undefined, 'b', 'c'],
  );
  assert.equal(transport.count('elbv2:DescribeTargetGroups'), 5);
});

test('a target group that may not be read is an error', async () => {
  const { gateway, clock } = gatewayOver({
    'elbv2:DescribeTargetGroups': () => {
      throw new AwsFault('AccessDenied', 'no');
    },
  });
  const asked = afterWindow(clock, gateway.loadBalancing.describeTargetGroup('a', { signal }));
  await assert.rejects(asked, kindIs('denied'));
});

test('who we are is asked once, shared by those who ask at once, and asked again after a failure', async () => {
  let failures = 1;
  const { gateway, transport } = gatewayOver({
    'sts:GetCallerIdentity': () => {
      if (failures-- > 0) throw new AwsFault('ExpiredToken', 'x');
      return { Account: '123456789012' };
    },
  });
  await assert.rejects(gateway.identity.whoAmI({ signal }), kindIs('credentials'));
  const [first, second] = await Promise.all([gateway.identity.whoAmI({ signal }), gateway.identity.whoAmI({ signal })]);
  assert.equal(first, second);
  await gateway.identity.whoAmI({ signal });
  assert.equal(transport.count('sts:GetCallerIdentity'), 2);
});

test('an answer without an account is not an identity', async () => {
  const { gateway } = gatewayOver({ 'sts:GetCallerIdentity': () => ({}) });
  await assert.rejects(gateway.identity.whoAmI({ signal }), kindIs('transient', 'MalformedAnswer'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TargetGroup } from '../../src/aws/operations.ts';
import { Fixture } from './sandbox-fixture.ts';

const arnOf = (region: string, account: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/web/0123456789abcdef`;
const ARN = arnOf('us-east-1', '123456789012');

function describe(sandbox: Fixture, input: object): Promise<{ TargetGroups: TargetGroup[] }> {
  return sandbox.send('elbv2:DescribeTargetGroups', input);
}

test('ELB-1: a target group nobody created exists when it is named, behind a load balancer that exists too', async () => {
  const sandbox = new Fixture();
  const { TargetGroups } = await describe(sandbox, { TargetGroupArns: [ARN] });
  assert.deepEqual([TargetGroups[0]?.TargetGroupName, TargetGroups[0]?.TargetType], ['web', 'ip']);
  const LoadBalancerArns = TargetGroups[0]?.LoadBalancerArns;
  const { LoadBalancers } = await sandbox.send<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    'elbv2:DescribeLoadBalancers',
    { LoadBalancerArns },
  );
  assert.deepEqual([LoadBalancers[0]?.LoadBalancerArn], LoadBalancerArns);
});

for (const [what, arn, options] of [
  ['of another account', arnOf('us-east-1', '999999999999'), {}],
  ['of another region', arnOf('eu-west-1', '123456789012'), {}],
  ['that is no ARN', 'web', {}],
  ['where nothing is implied', ARN, { impliedTargetGroups: false }],
] as const) {
  test(`ELB-2: a target group ${what} fails the whole call`, async () => {
    const call = describe(new Fixture(options), { TargetGroupArns: [arn] });
    await assert.rejects(call, { code: 'TargetGroupNotFoundException' });
  });
}

test('ELB-3: a service needs a target group that is attached, of type ip', async () => {
  const sandbox = new Fixture({ impliedTargetGroups: false });
  const create = async (Name: string, TargetType: string): Promise<string> => {
    const input = { Name, TargetType, Port: 80, Protocol: 'HTTP' };
    return (await sandbox.send<{ TargetGroups: TargetGroup[] }>('elbv2:CreateTargetGroup', input)).TargetGroups[0]!
      .TargetGroupArn!;
  };
  const attempt = (targetGroupArn: string): Promise<unknown> =>
    sandbox.create({ loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 8000 }] });
  const ip = await create('ip', 'ip');
  await assert.rejects(attempt(await create('instance', 'instance')), { message: /target type instance/ });
  await assert.rejects(attempt(ip), { message: /does not have an associated load balancer\.$/ });
  const { LoadBalancers } = await sandbox.send<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
    'elbv2:CreateLoadBalancer',
    { Name: 'front' },
  );
  const { LoadBalancerArn } = LoadBalancers[0]!;
  const listener = { LoadBalancerArn, Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: ip }] };
  await sandbox.send('elbv2:CreateListener', listener);
  await attempt(ip);
  const { Listeners } = await sandbox.send<{ Listeners: object[] }>('elbv2:DescribeListeners', { LoadBalancerArn });
  assert.equal(Listeners.length, 1);
});

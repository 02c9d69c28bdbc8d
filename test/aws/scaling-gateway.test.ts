import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsFault } from '../../src/aws/errors.ts';
import { afterWindow, gatewayOver, kindIs, numbered } from './gateway-over.ts';

const { signal } = new AbortController();
const ids = (count: number): string[] => numbered('service/c/s', count);
const ecs = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' };

test('120 scalable targets take three calls and their further pages', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'application-autoscaling:DescribeScalableTargets': ({ ResourceIds = [], NextToken }) =>
      NextToken === undefined && ResourceIds.length === 50
        ? { ScalableTargets: ResourceIds.slice(0, 25).map((ResourceId) => ({ ResourceId })), NextToken: 'more' }
        : { ScalableTargets: ResourceIds.slice(25, 49).map((ResourceId) => ({ ResourceId })) },
  });
  const all = ids(120).map((id) => gateway.scaling.describeTarget(id, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((target) => target?.ResourceId),
    ids(120).map((id, n) => (n % 50 === 49 || (n >= 100 && n < 125) ? undefined : id)),
  );
  assert.equal(transport.count('application-autoscaling:DescribeScalableTargets'), 5);
  assert.equal(
    transport.inputs('application-autoscaling:DescribeScalableTargets')[0]?.['ScalableDimension'],
    'ecs:service:DesiredCount',
  );
});

test('a target whose pages never end is an error, not absent', async () => {
  const { gateway, clock } = gatewayOver({
    'application-autoscaling:DescribeScalableTargets': () => ({ ScalableTargets: [], NextToken: '49' }),
  });
  const asked = afterWindow(clock, gateway.scaling.describeTarget('service/c/s', { signal }));
  await assert.rejects(asked, kindIs('transient', 'EndlessPages'));
});

test('policies of one service are asked for by its id, over all pages, and those of namesakes left out', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'application-autoscaling:DescribeScalingPolicies': ({ NextToken }) =>
      NextToken === undefined
        ? {
            ScalingPolicies: [
              { PolicyName: 'cpu', ResourceId: 'service/c/web' },
              { PolicyName: 'cpu', ResourceId: 'service/c/web2' },
            ],
            NextToken: 'more',
          }
        : { ScalingPolicies: [{ PolicyName: 'memory', ResourceId: 'service/c/web' }] },
  });
  const policies = await afterWindow(clock, gateway.scaling.listPolicies('service/c/web', { signal }));
  assert.deepEqual(
    policies.map((policy) => policy.PolicyName),
    ['cpu', 'memory'],
  );
  assert.deepEqual(transport.inputs('application-autoscaling:DescribeScalingPolicies'), [
    { ...ecs, ResourceId: 'service/c/web' },
    { ...ecs, ResourceId: 'service/c/web', NextToken: 'more' },
  ]);
});

test('policies of many services come from one sweep of the namespace, whole', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'application-autoscaling:DescribeScalingPolicies': ({ NextToken }) =>
      NextToken === undefined
        ? { ScalingPolicies: [{ PolicyName: 'cpu', ResourceId: 'service/c/s0' }], NextToken: 'more' }
        : { ScalingPolicies: [{ PolicyName: 'memory', ResourceId: 'service/c/s0' }] },
  });
  const all = ids(10).map((id) => gateway.scaling.listPolicies(id, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((policies) => policies.map((policy) => policy.PolicyName)),
    [['cpu', 'memory'], ...new Array(9).fill([])],
  );
  assert.deepEqual(transport.inputs('application-autoscaling:DescribeScalingPolicies'), [
    { ServiceNamespace: 'ecs' },
    { ServiceNamespace: 'ecs', NextToken: 'more' },
  ]);
});

test('a sweep that is given up answers for nobody: half of the policies of a service are not its policies', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'application-autoscaling:DescribeScalingPolicies': ({ ResourceId, NextToken }) =>
      ResourceId === undefined
        ? { ScalingPolicies: [{ PolicyName: 'cpu', ResourceId: 'service/c/s0' }], NextToken: `${NextToken ?? ''}x` }
        : {
            ScalingPolicies: [
              { PolicyName: 'cpu', ResourceId },
              { PolicyName: 'memory', ResourceId },
            ],
          },
  });
  const ask = () => afterWindow(clock, Promise.all(ids(4).map((id) => gateway.scaling.listPolicies(id, { signal }))));
  const found = await ask();
  assert.ok(found.every((policies) => policies.length === 2));
  assert.equal(transport.count('application-autoscaling:DescribeScalingPolicies'), 8);
  await ask();
  assert.equal(transport.count('application-autoscaling:DescribeScalingPolicies'), 12);
});

test('one service whose policies cannot be read does not fail the others', async () => {
  const { gateway, clock } = gatewayOver({
    'application-autoscaling:DescribeScalingPolicies': ({ ResourceId }) => {
      if (ResourceId === 'service/c/s1') throw new AwsFault('ValidationException', 'x');
      return { ScalingPolicies: [] };
    },
  });
  const all = ids(2).map((id) => gateway.scaling.listPolicies(id, { signal }));
  const results = await afterWindow(clock, Promise.allSettled(all));
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected'],
  );
});

test('scheduled actions are read the same way', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'application-autoscaling:DescribeScheduledActions': () => ({
      ScheduledActions: [{ ScheduledActionName: 'night', ResourceId: 'service/c/s1' }],
    }),
  });
  const all = ids(5).map((id) => gateway.scaling.listScheduledActions(id, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((actions) => actions.length),
    [0, 1, 0, 0, 0],
  );
  assert.equal(transport.count('application-autoscaling:DescribeScheduledActions'), 1);
});

test('changes of one resource wait for each other; each says which resource it is for', async () => {
  const gate = Promise.withResolvers<void>();
  const { gateway, transport } = gatewayOver({
    'application-autoscaling:RegisterScalableTarget': async () => {
      await gate.promise;
      return {};
    },
    'application-autoscaling:PutScalingPolicy': () => ({}),
  });
  const policy = { PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' };
  const all = [
    gateway.scaling.registerTarget('service/c/a', { min: 1, max: 3, tags: { k: 'v' } }, { signal }),
    gateway.scaling.putPolicy('service/c/a', policy, { signal }),
    gateway.scaling.putPolicy('service/c/b', policy, { signal }),
  ];
  await new Promise(setImmediate);
  const sent = (): string[] =>
    transport.calls.map((call) => `${call.name.split(':')[1]} ${String(call.input['ResourceId'])}`);
  assert.deepEqual(sent(), ['RegisterScalableTarget service/c/a', 'PutScalingPolicy service/c/b']);
  gate.resolve();
  await Promise.all(all);
  assert.equal(sent()[2], 'PutScalingPolicy service/c/a');
  assert.deepEqual(transport.calls[0]?.input, {
    ...ecs,
    ResourceId: 'service/c/a',
    MinCapacity: 1,
    MaxCapacity: 3,
    Tags: { k: 'v' },
  });
});

test('a change that failed lets the next one through', async () => {
  const { gateway } = gatewayOver({
    'application-autoscaling:DeregisterScalableTarget': () => {
      throw new AwsFault('ObjectNotFoundException', 'x');
    },
    'application-autoscaling:DeleteScheduledAction': () => ({}),
    'application-autoscaling:DeleteScalingPolicy': () => ({}),
    'application-autoscaling:PutScheduledAction': () => ({}),
  });
  const id = 'service/c/a';
  await assert.rejects(gateway.scaling.deregisterTarget(id, { signal }), kindIs('missing'));
  await gateway.scaling.deleteScheduledAction(id, 'night', { signal });
  await gateway.scaling.deletePolicy(id, 'cpu', { signal });
  await gateway.scaling.putScheduledAction(id, { ScheduledActionName: 'night', Schedule: 'rate(1 day)' }, { signal });
});

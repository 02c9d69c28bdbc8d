import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '../../src/aws/scaling-operations.ts';
import { Fixture } from './sandbox-fixture.ts';

const REF = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const CPU = {
  TargetValue: 70,
  PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
};
const POLICY = {
  ...REF,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: CPU,
};

async function scaled(desiredCount = 2): Promise<Fixture> {
  const sandbox = new Fixture();
  await sandbox.create({ desiredCount });
  await register(sandbox, { MinCapacity: 1, MaxCapacity: 10 });
  return sandbox;
}
function register(sandbox: Fixture, changes: object): Promise<{ ScalableTargetARN: string }> {
  return sandbox.send('application-autoscaling:RegisterScalableTarget', { ...REF, ...changes });
}
async function target(sandbox: Fixture): Promise<ScalableTarget | undefined> {
  type Output = { ScalableTargets: ScalableTarget[] };
  const input = { ServiceNamespace: 'ecs', ResourceIds: [REF.ResourceId] };
  return (await sandbox.send<Output>('application-autoscaling:DescribeScalableTargets', input)).ScalableTargets[0];
}
async function policies(sandbox: Fixture): Promise<ScalingPolicy[]> {
  type Output = { ScalingPolicies: ScalingPolicy[] };
  return (await sandbox.send<Output>('application-autoscaling:DescribeScalingPolicies', { ServiceNamespace: 'ecs' }))
    .ScalingPolicies;
}
async function actions(sandbox: Fixture): Promise<ScheduledAction[]> {
  type Output = { ScheduledActions: ScheduledAction[] };
  return (await sandbox.send<Output>('application-autoscaling:DescribeScheduledActions', { ServiceNamespace: 'ecs' }))
    .ScheduledActions;
}

test('AAS-1: a target comes back with a role, a state of suspension, a time and an ARN', async () => {
  const sandbox = await scaled();
  const found = await target(sandbox);
  assert.deepEqual(found?.['SuspendedState'], {
    DynamicScalingInSuspended: false,
    DynamicScalingOutSuspended: false,
    ScheduledScalingSuspended: false,
  });
  assert.match(String(found?.['RoleARN']), /AWSServiceRoleForApplicationAutoScaling_ECSService$/);
  assert.deepEqual(found?.['CreationTime'], new Date(sandbox.clock.now()));
});

test('AAS-2: registering again changes what is given, keeps the ARN, and takes no tags', async () => {
  const sandbox = await scaled();
  const before = await target(sandbox);
  await register(sandbox, { MaxCapacity: 20, Tags: { late: '1' } });
  const after = await target(sandbox);
  assert.deepEqual([after?.MinCapacity, after?.MaxCapacity], [1, 20]);
  assert.equal(after?.ScalableTargetARN, before?.ScalableTargetARN);
  const input = { ResourceARN: after?.ScalableTargetARN };
  assert.deepEqual(await sandbox.send('application-autoscaling:ListTagsForResource', input), { Tags: {} });
});

for (const [desired, min, max, expected] of [
  [2, 4, 8, 4],
  [9, 1, 5, 5],
  [3, 1, 5, 3],
] as const) {
  test(`AAS-3: registering ${min} to ${max} makes a count of ${desired} ${expected}`, async () => {
    const sandbox = await scaled(desired);
    await sandbox.clock.advance(600_000);
    await register(sandbox, { MinCapacity: min, MaxCapacity: max });
    assert.equal((await sandbox.service())?.desiredCount, expected);
    await sandbox.clock.advance(600_000);
    assert.equal((await sandbox.service())?.runningCount, expected);
  });
}

const REFUSED: readonly (readonly [string, string, object, string, RegExp])[] = [
  [
    'a service that is not there',
    'RegisterScalableTarget',
    { ResourceId: 'service/main/none', MinCapacity: 1, MaxCapacity: 2 },
    'ValidationException',
    /^ECS service doesn't exist: service\/main\/none$/,
  ],
  [
    'more minimum than maximum',
    'RegisterScalableTarget',
    { MinCapacity: 3, MaxCapacity: 2 },
    'ValidationException',
    /less than minimum/,
  ],
  ['a resource id that is none', 'RegisterScalableTarget', { ResourceId: 'web' }, 'ValidationException', /resource ID/],
  [
    'a policy without a target',
    'PutScalingPolicy',
    { ...POLICY, ResourceId: 'service/main/none' },
    'ObjectNotFoundException',
    /^No scalable target registered/,
  ],
  [
    'a metric of another service',
    'PutScalingPolicy',
    {
      ...POLICY,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
      },
    },
    'ValidationException',
    /Unsupported metric/,
  ],
  [
    'requests per target without a label',
    'PutScalingPolicy',
    {
      ...POLICY,
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 1,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      },
    },
    'ValidationException',
    /resource label/,
  ],
  [
    'a schedule that is none',
    'PutScheduledAction',
    { ScheduledActionName: 'x', Schedule: 'daily' },
    'ValidationException',
    /schedule/i,
  ],
  [
    'to deregister what is not there',
    'DeregisterScalableTarget',
    { ResourceId: 'service/main/none' },
    'ObjectNotFoundException',
    /^No scalable target/,
  ],
  [
    'to delete a policy that is not there',
    'DeleteScalingPolicy',
    { PolicyName: 'none' },
    'ObjectNotFoundException',
    /^No scaling policy/,
  ],
  [
    'to delete an action that is not there',
    'DeleteScheduledAction',
    { ScheduledActionName: 'none' },
    'ObjectNotFoundException',
    /^No scheduled action/,
  ],
];
for (const [what, operation, changes, code, message] of REFUSED) {
  test(`AAS-4: ${what} is refused`, async () => {
    const sandbox = await scaled();
    const call = sandbox.send(`application-autoscaling:${operation}`, { ...REF, ...changes });
    await assert.rejects(call, { code, message });
  });
}

test('AAS-5: a policy put again is replaced, with its ARN and alarms kept', async () => {
  const sandbox = await scaled();
  const put = (config: object): Promise<object> =>
    sandbox.send('application-autoscaling:PutScalingPolicy', {
      ...POLICY,
      TargetTrackingScalingPolicyConfiguration: config,
    });
  await put({ ...CPU, ScaleInCooldown: 60 });
  const [before] = await policies(sandbox);
  await put(CPU);
  const [after, ...others] = await policies(sandbox);
  assert.deepEqual(others, []);
  assert.equal(after?.PolicyARN, before?.PolicyARN);
  assert.deepEqual(after?.['Alarms'], before?.['Alarms']);
  assert.deepEqual(after?.TargetTrackingScalingPolicyConfiguration, { DisableScaleIn: false, ...CPU });
});

test('AAS-6: a scheduled action put again loses the times it is not given', async () => {
  const sandbox = await scaled();
  const action = { ...REF, ScheduledActionName: 'night', Schedule: 'rate(1 day)' };
  const put = (changes: object): Promise<object> =>
    sandbox.send('application-autoscaling:PutScheduledAction', { ...action, ...changes });
  await put({ StartTime: new Date(0), ScalableTargetAction: { MinCapacity: 0 } });
  await put({ Schedule: 'rate(2 days)' });
  const [found] = await actions(sandbox);
  assert.equal(found?.StartTime, undefined);
  assert.deepEqual([found?.Schedule, found?.Timezone], ['rate(2 days)', 'UTC']);
  assert.deepEqual(found?.ScalableTargetAction, { MinCapacity: 0 });
});

for (const how of ['deregistering the target', 'deleting the service']) {
  test(`AAS-7: ${how} takes policies and scheduled actions along`, async () => {
    const sandbox = await scaled();
    await sandbox.send('application-autoscaling:PutScalingPolicy', POLICY);
    const action = { ...REF, ScheduledActionName: 'night', Schedule: 'rate(1 day)' };
    await sandbox.send('application-autoscaling:PutScheduledAction', action);
    if (how === 'deleting the service') {
      await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web', force: true });
    } else {
      await sandbox.send('application-autoscaling:DeregisterScalableTarget', REF);
    }
    assert.deepEqual([await target(sandbox), await policies(sandbox), await actions(sandbox)], [undefined, [], []]);
  });
}

test('AAS-8: policies come ten a page', async () => {
  const sandbox = await scaled();
  for (let index = 0; index < 11; index++) {
    await sandbox.send('application-autoscaling:PutScalingPolicy', { ...POLICY, PolicyName: `p${index}` });
  }
  assert.equal((await policies(sandbox)).length, 10);
  const call = sandbox.send('application-autoscaling:DescribeScalingPolicies', {
    ServiceNamespace: 'ecs',
    MaxResults: 11,
  });
  await assert.rejects(call, { code: 'ValidationException' });
});

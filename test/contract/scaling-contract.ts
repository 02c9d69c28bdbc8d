import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScalingPolicyInput } from '../../src/aws/gateway.ts';
import { type Of, ofKind } from './support/of-kind.ts';
import { CALL, scalableId } from './support/subject.ts';

const CPU: ScalingPolicyInput = {
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    ScaleOutCooldown: 60,
    ScaleInCooldown: 300,
    DisableScaleIn: false,
  },
};
const NIGHT = {
  ScheduledActionName: 'night',
  Schedule: 'cron(0 22 * * ? *)',
  Timezone: 'Europe/Berlin',
  ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
};

export function scalingTests(of: Of): void {
  test('a scalable target is registered, changed, and gone after it was deregistered', async () => {
    await of().create('scaled');
    const { scaling } = of().gateway;
    const id = scalableId('scaled');
    assert.equal(await scaling.describeTarget(id, CALL), undefined);
    await scaling.registerTarget(id, { min: 1, max: 3 }, CALL);
    await scaling.registerTarget(id, { min: 2, max: 5, tags: { team: 'ml' } }, CALL);
    const { MinCapacity, MaxCapacity, ResourceId } = (await scaling.describeTarget(id, CALL))!;
    assert.deepEqual({ MinCapacity, MaxCapacity, ResourceId }, { MinCapacity: 2, MaxCapacity: 5, ResourceId: id });
    await scaling.deregisterTarget(id, CALL);
    assert.equal(await scaling.describeTarget(id, CALL), undefined);
    await assert.rejects(scaling.deregisterTarget(id, CALL), ofKind('missing'));
  });

  test('a scalable target needs a service', async () => {
    const registering = of().gateway.scaling.registerTarget(scalableId('nobody'), { min: 1, max: 2 }, CALL);
    await assert.rejects(registering, ofKind('not-ready'));
  });

  test('policies come back as they were put, for exactly the service that has them', async () => {
    const { scaling } = of().gateway;
    for (const name of ['tracked', 'tracked-2']) {
      await of().create(name);
      await scaling.registerTarget(scalableId(name), { min: 1, max: 3 }, CALL);
    }
    await scaling.putPolicy(scalableId('tracked'), CPU, CALL);
    await scaling.putPolicy(scalableId('tracked-2'), { ...CPU, PolicyName: 'other' }, CALL);
    const names = async (service: string): Promise<readonly unknown[]> =>
      (await of().freshGateway().scaling.listPolicies(scalableId(service), CALL)).map(({ PolicyName }) => PolicyName);
    assert.deepEqual(await names('tracked'), ['cpu']);
    assert.deepEqual(await names('tracked-2'), ['other']);
    const policies = await scaling.listPolicies(scalableId('tracked'), CALL);
    const { TargetTrackingScalingPolicyConfiguration: tracking } = CPU;
    assert.deepEqual(policies[0]?.TargetTrackingScalingPolicyConfiguration, tracking);
    await scaling.deletePolicy(scalableId('tracked'), 'cpu', CALL);
    assert.deepEqual(await scaling.listPolicies(scalableId('tracked'), CALL), []);
    await assert.rejects(scaling.deletePolicy(scalableId('tracked'), 'cpu', CALL), ofKind('missing'));
  });

  test('scheduled actions come back as they were put', async () => {
    await of().create('scheduled');
    const { scaling } = of().gateway;
    const id = scalableId('scheduled');
    await scaling.registerTarget(id, { min: 1, max: 3 }, CALL);
    const StartTime = new Date(Date.UTC(2030, 0, 1));
    await scaling.putScheduledAction(id, { ...NIGHT, StartTime }, CALL);
    const [action] = await scaling.listScheduledActions(id, CALL);
    const { ScheduledActionName, Schedule, Timezone, ScalableTargetAction } = action!;
    assert.deepEqual({ ScheduledActionName, Schedule, Timezone, ScalableTargetAction }, NIGHT);
    assert.deepEqual(action?.StartTime, StartTime);
    await scaling.deleteScheduledAction(id, 'night', CALL);
    assert.deepEqual(await scaling.listScheduledActions(id, CALL), []);
  });

  test('sixty scalable targets are described fifty a call', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => scalableId(`none-${index}`));
    of().proxy.take();
    const found = await Promise.all(ids.map((id) => of().gateway.scaling.describeTarget(id, CALL)));
    assert.ok(found.every((target) => target === undefined));
    const sizes = of()
      .proxy.take()
      .map(({ input }) => (input['ResourceIds'] as readonly string[]).length);
    assert.deepEqual(sizes, [50, 10]);
  });

  test('the policies and the scheduled actions of forty services are one call each', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => scalableId(`none-${index}`));
    of().proxy.take();
    const { scaling } = of().freshGateway();
    await Promise.all(ids.flatMap((id) => [scaling.listPolicies(id, CALL), scaling.listScheduledActions(id, CALL)]));
    const operations = of()
      .proxy.take()
      .map(({ operation }) => operation);
    assert.deepEqual(operations.sort(), ['DescribeScalingPolicies', 'DescribeScheduledActions']);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagMap } from '../../src/resources/context.ts';
import { simpleManifest } from '../support/rig.ts';
import { inWorld, type World } from './world.ts';

const REF = { cluster: 'agents', service: 'web' };
const scaled = simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }] } });

async function ready(world: World, loaded = simpleManifest()): Promise<void> {
  world.write(loaded);
  await world.untilReady();
  world.mutations();
}

async function policies(world: World): Promise<number> {
  const input = { ServiceNamespace: 'ecs', ResourceId: 'service/agents/web' };
  const answer = await world.person('application-autoscaling:DescribeScalingPolicies', input);
  return (answer['ScalingPolicies'] as readonly unknown[]).length;
}

/** A person deploys an image of their own. */
async function deployOther(world: World): Promise<void> {
  await world.person('ecs:RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'web', image: 'example.com/hotfix:1' }],
  });
  await world.person('ecs:UpdateService', { ...REF, taskDefinition: 'web' });
}

test('an image that a person deployed is taken back within one resync, without a registration', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const ours = world.service()?.taskDefinition;
    await deployOther(world);
    assert.notEqual(world.service()?.taskDefinition, ours);
    await world.advanceSeconds(67);
    assert.equal(world.service()?.taskDefinition, ours);
    assert.deepEqual(world.mutations(), ['ecs:UpdateService']);
    await world.untilReady();
  }));

test('a count that a person set is set back within one resync', () =>
  inWorld({}, async (world) => {
    await ready(world);
    await world.person('ecs:UpdateService', { ...REF, desiredCount: 7 });
    await world.advanceSeconds(67);
    assert.equal(world.service()?.desiredCount, 1);
    assert.deepEqual(world.mutations(), ['ecs:UpdateService']);
  }));

test('a network that a person changed is set back within one resync', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const awsvpcConfiguration = { subnets: ['subnet-z'], securityGroups: ['sg-z'], assignPublicIp: 'ENABLED' };
    await world.person('ecs:UpdateService', { ...REF, networkConfiguration: { awsvpcConfiguration } });
    await world.advanceSeconds(67);
    assert.deepEqual(world.mutations(), ['ecs:UpdateService']);
    const live = world.service()?.networkConfiguration?.awsvpcConfiguration;
    assert.deepEqual(live?.subnets?.toSorted(), ['subnet-a', 'subnet-b']);
    assert.equal(live?.assignPublicIp, 'DISABLED');
  }));

test('a count inside the scaling band is the scaler’s own business', () =>
  inWorld({}, async (world) => {
    await ready(world, scaled);
    await world.person('ecs:UpdateService', { ...REF, desiredCount: 3 });
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.desiredCount, 3);
    await world.untilReady();
  }));

test('a scaling policy that a person deleted is put again', () =>
  inWorld({}, async (world) => {
    await ready(world, scaled);
    const input = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/agents/web',
      ScalableDimension: 'ecs:service:DesiredCount',
      PolicyName: 'evenkeel-cpu',
    };
    await world.person('application-autoscaling:DeleteScalingPolicy', input);
    await world.advanceMinutes(3);
    assert.deepEqual(world.mutations(), ['application-autoscaling:PutScalingPolicy']);
    assert.equal(await policies(world), 1);
  }));

test('a tag that nobody declared is left alone, and is no drift', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:TagResource', { resourceArn, tags: [{ key: 'cost-center', value: '42' }] });
    await world.advanceMinutes(5);
    assert.deepEqual(world.mutations(), []);
    assert.equal(tagMap(world.service()?.tags)['cost-center'], '42');
    assert.ok(world.isReady());
  }));

test('a declared tag that a person changed is set back, and that starts no rollout', () =>
  inWorld({}, async (world) => {
    await ready(world, simpleManifest({ tags: { tier: 'gold' } }));
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:TagResource', { resourceArn, tags: [{ key: 'tier', value: 'lead' }] });
    await world.advanceSeconds(67);
    assert.equal(tagMap(world.service()?.tags)['tier'], 'gold');
    assert.ok(!world.mutations().includes('ecs:UpdateService'));
  }));

test('a service whose tags of ours are gone is not written to any more, and says why', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:UntagResource', { resourceArn, tagKeys: ['evenkeel:managed-by'] });
    await deployOther(world);
    world.write(simpleManifest({ desiredCount: 4 }));
    await world.untilReason('NotOurs');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').status, 'False');
  }));

test('a service that a person deleted is made again, with its scalable target and policies', () =>
  inWorld({}, async (world) => {
    await ready(world, scaled);
    const first = world.service()?.createdAt;
    await world.person('ecs:DeleteService', { ...REF, force: true });
    assert.equal(await policies(world), 0);
    await world.until('a new service', () => {
      const live = world.service();
      return live?.status === 'ACTIVE' && live.createdAt?.getTime() !== first?.getTime();
    });
    await world.untilReady();
    assert.equal(await policies(world), 1);
    assert.deepEqual(world.mutations(), [
      'ecs:CreateService',
      'application-autoscaling:RegisterScalableTarget',
      'application-autoscaling:PutScalingPolicy',
    ]);
  }));

test('a name that drains is waited for, and the next service has a client token of its own', () =>
  inWorld({ sandbox: { drainingMs: [600_000, 600_000] } }, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const token = (): unknown =>
      world
        .sent()
        .filter((call) => call.operation === 'ecs:CreateService')
        .map((call) => (call.input as { clientToken?: string }).clientToken);
    const [first] = token() as string[];
    await world.person('ecs:DeleteService', { ...REF, force: true });
    await world.advanceMinutes(5);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.status, 'DRAINING');
    assert.equal(world.condition('Ready').status, 'False');
    await world.untilReady();
    const again = token() as string[];
    assert.equal(again.length, 1);
    assert.notEqual(again[0], first);
  }));

test('while a name drains nothing is hung on it, and it is not in sync', () =>
  inWorld({ config: { resyncMs: 5_000 }, sandbox: { drainingMs: [120_000, 120_000] } }, async (world) => {
    await ready(world, scaled);
    await world.person('ecs:DeleteService', { ...REF, force: true });
    await world.advanceMinutes(1);
    assert.equal(world.service()?.status, 'DRAINING');
    assert.deepEqual(world.mutations(), []);
    assert.deepEqual([world.status().sync, world.condition('Synced').status], ['OutOfSync', 'False']);
    await world.untilReady();
    assert.equal(await policies(world), 1);
  }));

test('of a service that is gone no figure stays behind', () =>
  inWorld({ sandbox: { drainingMs: [1_000, 1_000] } }, async (world) => {
    await ready(world);
    await world.person('ecs:DeleteService', { ...REF, force: true });
    await world.advanceSeconds(20);
    assert.equal(world.service()?.status, 'INACTIVE');
    world.write(simpleManifest({ mode: 'observe' }));
    await world.advanceSeconds(20);
    const { sync, health, running, revision, rollout } = world.status();
    assert.deepEqual([sync, health, running, revision, rollout], ['OutOfSync', 'Missing', ...Array(3).fill(undefined)]);
  }));

test('tasks that die are health, not a rollout, and nothing is written for them', () =>
  inWorld({ config: { resyncMs: 5_000 } }, async (world) => {
    await ready(world, simpleManifest({ desiredCount: 2 }));
    const { taskArns } = (await world.person('ecs:ListTasks', { cluster: 'agents', serviceName: 'web' })) as {
      taskArns: readonly string[];
    };
    await world.person('ecs:StopTask', { cluster: 'agents', task: taskArns[0] });
    await world.until('not Ready', () => !world.isReady(), 2);
    assert.equal(world.status().rollout?.state, 'Succeeded');
    assert.equal(world.condition('Healthy').status, 'False');
    await world.untilReady();
    assert.deepEqual(world.mutations(), []);
  }));

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRead } from '../../src/aws/classify.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { simpleManifest } from '../support/rig.ts';
import { accessDenied, expired, isWrite, on, serverError, throttling, unreachable } from './faulty-transport.ts';
import { inWorld, type World } from './world.ts';

const WRITES = ['logs:CreateLogGroup', 'ecs:RegisterTaskDefinition', 'ecs:CreateService'];
const scaled = simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }] } });

async function revisions(world: World): Promise<number> {
  const { taskDefinitionArns } = await world.person('ecs:ListTaskDefinitions', { familyPrefix: 'web' });
  return (taskDefinitionArns as readonly string[]).length;
}

/** Calls of one operation that took effect. */
function effects(world: World, operation: string): number {
  return world.sandbox.log.filter((call) => call.operation === operation && call.outcome === 'done').length;
}

for (const operation of [...WRITES, 'ecs:DescribeServices', 'logs:DescribeLogGroups', 'sts:GetCallerIdentity']) {
  test(`${operation} that answers 5xx before any effect is overcome, and everything is made once`, () =>
    inWorld({}, async (world) => {
      world.aws.trouble({ when: on(operation), fault: serverError, times: 2 });
      world.write(simpleManifest());
      await world.untilReady();
      assert.equal(await revisions(world), 1);
      assert.equal(effects(world, 'ecs:CreateService'), 1);
    }));
}

for (const operation of WRITES) {
  test(`${operation} whose answer is lost after the effect makes no second thing`, () =>
    inWorld({}, async (world) => {
      world.aws.trouble({ when: on(operation), fault: serverError, after: true, times: 1 });
      world.write(simpleManifest());
      await world.untilReady();
      assert.equal(await revisions(world), 1);
      assert.equal(effects(world, 'ecs:CreateService'), 1);
    }));
}

test('an UpdateService whose answer is lost is not sent again once the service shows it', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    world.aws.trouble({ when: on('ecs:UpdateService'), fault: serverError, after: true, times: 1 });
    world.write(simpleManifest({ cpu: 512, memory: 1024 }));
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:TagResource']);
  }));

for (const operation of ['RegisterScalableTarget', 'PutScalingPolicy']) {
  test(`${operation} whose answer is lost ends with one target and one policy`, () =>
    inWorld({}, async (world) => {
      const name = `application-autoscaling:${operation}`;
      world.aws.trouble({ when: on(name), fault: serverError, after: true, times: 1 });
      world.write(scaled);
      await world.untilReady();
      assert.ok(effects(world, name) <= 2);
      const input = { ServiceNamespace: 'ecs', ResourceId: 'service/agents/web' };
      const answer = await world.person('application-autoscaling:DescribeScalingPolicies', input);
      assert.equal((answer['ScalingPolicies'] as readonly unknown[]).length, 1);
    }));
}

test('a minute of throttling of everything delays and duplicates nothing', () =>
  inWorld({}, async (world) => {
    const lift = world.aws.trouble({ when: () => true, fault: throttling });
    world.write(simpleManifest());
    await world.advanceMinutes(1);
    lift();
    await world.untilReady();
    assert.equal(await revisions(world), 1);
    assert.equal(effects(world, 'ecs:CreateService'), 1);
  }));

test('with AWS’s real quotas fifty services still become ready, within half of them', () =>
  inWorld({ config: { quota: { share: 0.5, scale: 1 } }, sandbox: { throttling: true } }, async (world) => {
    const manifests = Array.from({ length: 50 }, (_, index) => simpleManifest({}, { name: `web-${index}` }));
    for (const loaded of manifests) world.write(loaded);
    for (const { key } of manifests) await world.untilReady(key);
    assert.equal(effects(world, 'ecs:CreateService'), 50);
    assert.ok(!world.sandbox.log.some((call) => call.outcome === 'ThrottlingException'));
  }));

test('reads that are denied are Unknown, with the reason; nothing is written, and it recovers', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    const lift = world.aws.trouble({ when: isRead, fault: accessDenied });
    world.write(simpleManifest({ desiredCount: 2 }));
    await world.untilReason('AccessDenied');
    await world.advanceMinutes(20);
    assert.deepEqual(world.mutations(), []);
    assert.deepEqual([world.condition('Ready').status, world.status().sync], ['Unknown', 'Unknown']);
    lift();
    await world.untilReady();
    assert.equal(world.service()?.runningCount, 2);
  }));

test('writes that are denied say so, destroy nothing, are not hammered, and recover', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    const lift = world.aws.trouble({ when: (operation) => !isRead(operation), fault: accessDenied });
    world.write(simpleManifest({ cpu: 512, memory: 1024 }));
    await world.untilReason('AccessDenied');
    await world.advanceMinutes(60);
    const tried = world.mutations();
    assert.ok(tried.length <= 15, `${tried.length} attempts in an hour`);
    assert.deepEqual([...new Set(tried)], ['ecs:RegisterTaskDefinition']);
    assert.equal(world.service()?.runningCount, 1);
    lift();
    await world.untilReady();
  }));

test('credentials that expire and come back are waited out', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    const lift = world.aws.trouble({ when: () => true, fault: expired });
    await world.untilReason('Credentials');
    assert.equal(world.condition('Ready').status, 'Unknown');
    await world.advanceMinutes(30);
    lift();
    await world.untilReady();
    assert.deepEqual(world.mutations().filter(isWrite), []);
  }));

test('a region that is dark for an hour costs few attempts, and then nothing was lost or doubled', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const lift = world.aws.trouble({ when: () => true, fault: unreachable });
    world.write(simpleManifest({ cpu: 512, memory: 1024 }));
    world.sent();
    await world.advanceMinutes(60);
    assert.ok(world.sent().length < 400);
    assert.equal(world.condition('Ready').status, 'Unknown');
    lift();
    await world.untilReady();
    assert.equal(await revisions(world), 2);
    assert.equal(effects(world, 'ecs:CreateService'), 1);
  }));

test('a service that reads do not show yet is made once, with one client token', () =>
  inWorld({ sandbox: { createVisibleAfterMs: 45_000 } }, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const creates = world.sent().filter((call) => call.operation === 'ecs:CreateService');
    const tokens = new Set(creates.map((call) => (call.input as { clientToken?: string }).clientToken));
    assert.equal(tokens.size, 1);
    assert.equal(await revisions(world), 1);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('a manifest that changes before its service can be seen ends in one service with the last word', () =>
  inWorld({ sandbox: { createVisibleAfterMs: 45_000 } }, async (world) => {
    world.write(simpleManifest());
    await world.advanceSeconds(5);
    world.write(simpleManifest({ desiredCount: 2 }));
    await world.untilReady();
    assert.equal(world.service()?.runningCount, 2);
    assert.equal(await revisions(world), 1);
  }));

test('an answer that does not speak of the service is doubt, not absence', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    const blind = new Error('an answer nobody expects');
    const lift = world.aws.trouble({ when: on('ecs:DescribeServices'), fault: blind });
    await world.untilReason('Internal');
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    lift();
    await world.untilReady();
  }));

test('a revision that runs and is not shown yet is in doubt: nothing is registered or deployed for it', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    const fault = new AwsFault('ClientException', 'Unable to describe task definition.', { status: 400 });
    const lift = world.aws.trouble({ when: on('ecs:DescribeTaskDefinition'), fault });
    await world.restart();
    await world.untilReason('Unavailable');
    await world.advanceMinutes(10);
    lift();
    await world.untilReady();
    assert.deepEqual(world.mutations(), []);
  }));

test('a registration that somebody else is faster with is looked for before it is sent again', () =>
  inWorld({}, async (world) => {
    const message = 'Too many concurrent attempts to create a new revision of the specified family.';
    const fault = new AwsFault('ClientException', message, { status: 400 });
    world.aws.trouble({ when: on('ecs:RegisterTaskDefinition'), fault, after: true, times: 1 });
    world.write(simpleManifest());
    await world.untilReady();
    assert.equal(await revisions(world), 1);
  }));

test('a service in trouble leaves its neighbour alone', () =>
  inWorld({}, async (world) => {
    const other = simpleManifest({}, { name: 'other' });
    const mine = (input: object): boolean => JSON.stringify(input).includes('web');
    world.aws.trouble({ when: (operation, input) => isWrite(operation) && mine(input), fault: serverError });
    world.write(simpleManifest({ image: { uri: 'example.com/web:1' } }));
    world.write(
      simpleManifest({ image: { uri: 'example.com/other:1' }, container: { name: 'app' } }, { name: 'other' }),
    );
    await world.untilReady(other.key, 5);
    assert.equal(world.condition('Ready').status, 'Unknown');
  }));

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SUSPENDED_TAG } from '../../src/reconcile/ownership.ts';
import { simpleManifest } from '../support/rig.ts';
import { inWorld, type World } from './world.ts';

const SUSPEND = { annotations: { 'evenkeel.dev/suspend': 'true' } };

async function ready(world: World): Promise<void> {
  world.write(simpleManifest());
  await world.untilReady();
  world.mutations();
}

/** As `evenkeel suspend` does. */
async function suspend(world: World): Promise<string> {
  const resourceArn = world.service()?.serviceArn ?? '';
  await world.person('ecs:TagResource', { resourceArn, tags: [{ key: SUSPENDED_TAG, value: 'incident 7' }] });
  return resourceArn;
}

test('a service that a person suspended is not written to until it is resumed, also by a new process', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const resourceArn = await suspend(world);
    world.write(simpleManifest({ desiredCount: 3, cpu: 512, memory: 1024 }));
    await world.advanceMinutes(5);
    await world.restart();
    await world.advanceMinutes(5);
    assert.deepEqual(world.mutations(), []);
    assert.deepEqual([world.status().suspended, world.status().health], [true, 'Suspended']);
    await world.person('ecs:UntagResource', { resourceArn, tagKeys: [SUSPENDED_TAG] });
    await world.untilReady();
    assert.equal(world.service()?.runningCount, 3);
  }));

test('a manifest that says suspend writes nothing; without the word the pass goes on', () =>
  inWorld({}, async (world) => {
    await ready(world);
    world.write(simpleManifest({ desiredCount: 3 }, SUSPEND));
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').status, 'False');
    world.write(simpleManifest({ desiredCount: 3 }));
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['ecs:UpdateService', 'ecs:TagResource']);
  }));

test('a suspended manifest of a service that does not exist makes none', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest({}, SUSPEND));
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.notEqual(world.condition('Ready').status, 'True');
  }));

test('observe mode reports every difference and writes nothing, also where nothing exists', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest({ mode: 'observe' }));
    await world.advanceMinutes(5);
    assert.deepEqual(world.mutations(), []);
    assert.notEqual(world.condition('Ready').status, 'True');
    await ready(world);
    world.write(simpleManifest({ mode: 'observe', desiredCount: 3 }));
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.deepEqual([world.status().sync, world.condition('Synced').status], ['OutOfSync', 'False']);
    assert.ok(world.status().drift.some((difference) => difference.path === 'desiredCount'));
  }));

test('observe mode of a service that is as declared is ready, and still writes nothing', () =>
  inWorld({}, async (world) => {
    await ready(world);
    world.write(simpleManifest({ mode: 'observe' }));
    await world.untilReady();
    assert.deepEqual(world.mutations(), []);
  }));

test('credentials of another account are refused before the first write, and say so', () =>
  inWorld({}, async (world) => {
    const executionRoleArn = 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole';
    world.write(simpleManifest({ account: '999999999999', executionRoleArn }));
    await world.untilReason('AccountMismatch');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
  }));

test('a service that somebody else made is left alone until the manifest adopts it', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const tagKeys = (world.service()?.tags ?? []).map((tag) => tag.key);
    await world.person('ecs:UntagResource', { resourceArn: world.service()?.serviceArn, tagKeys });
    world.write(simpleManifest());
    await world.untilReason('NotOurs');
    assert.deepEqual(world.mutations(), []);
    world.write(simpleManifest({}, { annotations: { 'evenkeel.dev/adopt': 'true' } }));
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['ecs:TagResource']);
  }));

test('a service of another controller is never adopted', () =>
  inWorld({}, async (world) => {
    await ready(world);
    const tags = [{ key: 'evenkeel:controller', value: 'blue' }];
    await world.person('ecs:TagResource', { resourceArn: world.service()?.serviceArn, tags });
    world.write(simpleManifest({ desiredCount: 2 }, { annotations: { 'evenkeel.dev/adopt': 'true' } }));
    await world.untilReason('NotOurs');
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
  }));

test('what this version cannot do is refused whole, before the first write', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest({ rollout: { strategy: 'canary' } }));
    await world.untilReason('NotSupported');
    assert.deepEqual(world.mutations(), []);
  }));

test('an account that two controllers share keeps each to its own services', () =>
  inWorld({}, async (world) => {
    await ready(world);
    world.write(simpleManifest({ serviceName: 'web' }, { name: 'rival' }));
    await world.until('the refusal', () => world.condition('Ready', 'default/rival' as never).reason === 'NotOurs');
    assert.deepEqual(world.mutations(), []);
    assert.ok(world.isReady());
  }));

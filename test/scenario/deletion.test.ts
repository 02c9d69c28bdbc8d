import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { SUSPENDED_TAG } from '../../src/reconcile/ownership.ts';
import { simpleManifest } from '../support/rig.ts';
import { accessDenied, on, serverError } from './faulty-transport.ts';
import { inWorld, WEB, type World } from './world.ts';

const REF = { cluster: 'agents', service: 'web' };
const PRUNE = { config: { prune: true } };
const AUTOSCALING = { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }] };
const doomed = (spec: object = {}, metadata: object = {}): LoadedManifest =>
  simpleManifest({ deletionPolicy: 'delete', ...spec }, metadata);

async function ready(world: World, loaded: LoadedManifest): Promise<void> {
  world.write(loaded);
  await world.untilReady(loaded.key);
  world.mutations();
}

const isKnown = (world: World, key: Key = WEB): boolean => world.keeper.statuses.get(key) !== undefined;

test('a removed manifest that says retain leaves the service as it is and drops it from the book', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, simpleManifest());
    world.remove();
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    assert.equal(isKnown(world), false);
    assert.equal(world.service()?.runningCount, 1);
    await ready(world, simpleManifest());
  }));

test('a removed manifest that says delete is refused while pruning is off', () =>
  inWorld({}, async (world) => {
    await ready(world, doomed());
    world.remove();
    await world.untilReason('PruningOff');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('with pruning on the service is marked, and the target, the tasks, the service and the revisions go, in this order', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed({ autoscaling: AUTOSCALING }));
    world.remove();
    await world.until('the end', () => !isKnown(world));
    assert.deepEqual(world.mutations(), [
      'ecs:TagResource',
      'application-autoscaling:DeregisterScalableTarget',
      'ecs:UpdateService',
      'ecs:DeleteService',
      'ecs:DeregisterTaskDefinition',
    ]);
    assert.equal(world.service()?.status, 'INACTIVE');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
  }));

const revisions = async (world: World): Promise<unknown> =>
  (await world.person('ecs:ListTaskDefinitions', { familyPrefix: 'web' }))['taskDefinitionArns'];

for (const operation of ['ecs:UpdateService', 'ecs:DeleteService', 'ecs:DeregisterTaskDefinition']) {
  test(`a removal in which the answer to ${operation} is lost comes to its end all the same`, () =>
    inWorld(PRUNE, async (world) => {
      await ready(world, doomed());
      world.aws.trouble({ when: on(operation), fault: serverError, after: true, times: 1 });
      world.remove();
      await world.until('the end', () => !isKnown(world));
      assert.equal(world.service()?.status, 'INACTIVE');
      assert.deepEqual(await revisions(world), []);
    }));
}

test('a removal that is denied is told, is not forgotten, and goes on when it is allowed', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    const lift = world.aws.trouble({ when: on('ecs:DeleteService'), fault: accessDenied });
    world.remove();
    await world.untilReason('AccessDenied');
    await world.advanceMinutes(30);
    assert.ok(isKnown(world));
    lift();
    await world.until('the end', () => !isKnown(world));
  }));

test('of ten manifests that vanish at once none is deleted, however much time goes by', () =>
  inWorld(PRUNE, async (world) => {
    const all = Array.from({ length: 10 }, (_, index) => doomed({}, { name: `web-${index}` }));
    for (const loaded of all) world.write(loaded);
    for (const { key } of all) await world.untilReady(key);
    for (const { key } of all) world.remove(key);
    world.mutations();
    await world.advanceMinutes(180);
    assert.deepEqual(world.mutations(), []);
    const held = world.keeper.statuses.all();
    assert.ok(held.every(({ key }) => world.condition('Ready', key).reason === 'TooManyDeletions'));
  }));

test('three manifests that vanish at once are deleted, and a held-back one that comes back is free again', () =>
  inWorld(PRUNE, async (world) => {
    const all = Array.from({ length: 5 }, (_, index) => doomed({}, { name: `web-${index}` }));
    for (const loaded of all) world.write(loaded);
    for (const { key } of all) await world.untilReady(key);
    for (const { key } of all) world.remove(key);
    await world.advanceMinutes(1);
    for (const loaded of all) world.write(loaded);
    for (const { key } of all) await world.untilReady(key);
    for (const { key } of all.slice(0, 3)) world.remove(key);
    await world.until('three deletions', () => world.keeper.statuses.size === 2);
    assert.ok(all.slice(3).every(({ key }) => world.isReady(key)));
  }));

test('a source that no longer knows deletes nothing', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    world.source.lose(WEB);
    await world.advanceMinutes(60);
    await world.restart();
    await world.advanceMinutes(60);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('a later service of the same name is not the one that is meant, also when it carries our tags', () =>
  inWorld({ config: { prune: true, resyncMs: 3_600_000 } }, async (world) => {
    await ready(world, doomed());
    const { tags, taskDefinition } = world.service() ?? {};
    await world.person('ecs:DeleteService', { ...REF, force: true });
    await world.advanceMinutes(5);
    await world.person('ecs:CreateService', {
      cluster: 'agents',
      serviceName: 'web',
      taskDefinition,
      desiredCount: 1,
      tags,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'] } },
    });
    await world.advanceMinutes(5);
    world.mutations();
    world.remove();
    await world.untilReason('IncarnationUnknown');
    await world.advanceMinutes(180);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('the scaling of a service that is not ours any more is not taken away', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed({ autoscaling: AUTOSCALING }));
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:UntagResource', { resourceArn, tagKeys: ['evenkeel:managed-by'] });
    world.remove();
    await world.untilReason('NotOurs');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
  }));

test('a suspended service is not deleted before it is resumed', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:TagResource', { resourceArn, tags: [{ key: SUSPENDED_TAG, value: 'incident 7' }] });
    world.remove();
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
    await world.person('ecs:UntagResource', { resourceArn, tagKeys: [SUSPENDED_TAG] });
    await world.until('the end', () => !isKnown(world));
  }));

test('a manifest that comes back while its service still stops gets its tasks back', () =>
  inWorld({ config: { prune: true }, sandbox: { stoppingMs: [60_000, 60_000] } }, async (world) => {
    await ready(world, doomed());
    world.remove();
    await world.advanceSeconds(0.5);
    assert.equal(world.service()?.desiredCount, 0);
    world.write(doomed());
    await world.untilReady();
    assert.equal(world.service()?.runningCount, 1);
    assert.ok(!world.mutations().includes('ecs:DeleteService'));
  }));

test('a manifest that comes back while the name drains gets a new service', () =>
  inWorld({ config: { prune: true }, sandbox: { drainingMs: [120_000, 120_000] } }, async (world) => {
    await ready(world, doomed());
    const first = world.service()?.createdAt?.getTime();
    world.remove();
    await world.until('draining', () => world.service()?.status === 'DRAINING');
    world.write(doomed());
    await world.untilReady();
    assert.notEqual(world.service()?.createdAt?.getTime(), first);
    assert.equal(world.service()?.runningCount, 1);
    assert.ok(world.mutations().includes('ecs:CreateService'));
  }));

test('a new process that never saw the service deletes nothing of it', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    await world.end();
    world.remove();
    world.start();
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('deletions one at a time, keyed by name, take nothing of a neighbour', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed({}, { name: 'other' }));
    await ready(world, doomed());
    world.remove();
    await world.until('the end', () => !isKnown(world));
    await world.advanceMinutes(10);
    assert.ok(world.isReady(keyOf('default', 'other')));
    assert.equal(world.service('other')?.runningCount, 1);
  }));

test('a removal in the middle of a rollout waits for what ECS insists on, and ends', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    world.write(doomed({ image: { uri: 'example.com/web:2' } }));
    await world.until('two deployments', () => world.service()?.deployments?.length === 2, 5);
    world.remove();
    await world.until('the end', () => !isKnown(world));
    assert.equal(world.service()?.status, 'INACTIVE');
  }));

test('a removal of a service that crash-loops ends', () =>
  inWorld(PRUNE, async (world) => {
    world.write(doomed({ image: { uri: 'example.com/crash:1' } }));
    await world.advanceMinutes(4);
    world.remove();
    await world.until('the end', () => !isKnown(world));
    assert.equal(world.service()?.status, 'INACTIVE');
  }));

test('a removal of what a person has deleted already takes the revisions and ends', () =>
  inWorld(PRUNE, async (world) => {
    await ready(world, doomed());
    await world.person('ecs:DeleteService', { ...REF, force: true });
    world.remove();
    await world.until('the end', () => !isKnown(world));
    assert.deepEqual(world.mutations(), ['ecs:DeregisterTaskDefinition']);
  }));

test('a manifest that goes before its service was made leaves nothing behind that runs', () =>
  inWorld(PRUNE, async (world) => {
    const lift = world.aws.trouble({ when: on('ecs:CreateService'), fault: accessDenied });
    world.write(doomed());
    await world.untilReason('AccessDenied');
    world.remove();
    lift();
    await world.until('the end', () => !isKnown(world));
    await world.advanceMinutes(10);
    assert.equal(world.service(), undefined);
    assert.deepEqual(await revisions(world), []);
  }));

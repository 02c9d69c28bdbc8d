import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { DELETING_TAG, SUSPENDED_TAG } from '../../src/reconcile/ownership.ts';
import { tagMap } from '../../src/resources/context.ts';
import { simpleManifest } from '../support/rig.ts';
import { accessDenied, on } from './faulty-transport.ts';
import { inWorld, WEB, type World, type WorldOptions } from './world.ts';

const AUTOSCALING = { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }] };
/** Tasks take a minute to stop: long enough to die in between. */
const SLOW: WorldOptions = { config: { prune: true, shutdownGraceMs: 0 }, sandbox: { stoppingMs: [60_000, 60_000] } };
const doomed = (spec: object = {}): LoadedManifest => simpleManifest({ deletionPolicy: 'delete', ...spec });
const mark = (world: World): string | undefined => tagMap(world.service()?.tags)[DELETING_TAG];
const told = (world: World): readonly string[] => world.logLines.filter((line) => line.includes('services.unclaimed'));
const isGone = (world: World): boolean => world.service()?.status === 'INACTIVE';

/** A process that dies when the count has been set to 0; nobody who starts after it has seen the manifest. */
async function dieHalfWay(world: World, loaded = doomed()): Promise<void> {
  world.write(loaded);
  await world.untilReady();
  world.remove();
  await world.advanceSeconds(0.5);
  assert.equal(world.service()?.desiredCount, 0);
  await world.end();
  world.source.forget(WEB);
  world.mutations();
}

test('a deletion that a process began is brought to its end by the next one', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world, doomed({ autoscaling: AUTOSCALING }));
    world.start();
    await world.until('the end', () => isGone(world) && world.keeper.statuses.get(WEB) === undefined);
    assert.deepEqual(world.mutations(), ['ecs:DeleteService', 'ecs:DeregisterTaskDefinition']);
    assert.deepEqual(told(world), []);
  }));

test('a manifest that is back when the next process starts wins, and the mark is taken away first', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    assert.equal(mark(world), world.service()?.createdAt?.toISOString());
    world.write(doomed());
    world.start();
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['ecs:UntagResource', 'ecs:UpdateService']);
    assert.equal(world.service()?.runningCount, 1);
    assert.equal(mark(world), undefined);
  }));

test('a manifest that comes back while its deletion begins is obeyed before the next write', () =>
  inWorld({ config: { prune: true }, sandbox: { latencyMs: 300 } }, async (world) => {
    world.write(doomed());
    await world.untilReady();
    world.mutations();
    world.remove();
    while (mark(world) === undefined) await world.advanceSeconds(0.1);
    world.write(doomed());
    await world.untilReady();
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), ['ecs:TagResource', 'ecs:UntagResource']);
    assert.equal(mark(world), undefined);
  }));

test('where pruning is switched off a begun deletion does not go on, and says so', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    Object.assign(world.config, { prune: false });
    world.start();
    await world.untilReason('PruningOff');
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
  }));

test('a begun deletion of a suspended service waits until it is resumed', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    const resourceArn = world.service()?.serviceArn;
    await world.person('ecs:TagResource', { resourceArn, tags: [{ key: SUSPENDED_TAG, value: 'incident 7' }] });
    world.start();
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    await world.person('ecs:UntagResource', { resourceArn, tagKeys: [SUSPENDED_TAG] });
    await world.until('the end', () => isGone(world));
  }));

for (const [what, tags] of [
  ['for an earlier service of its name', { [DELETING_TAG]: '2020-01-01T00:00:00.000Z' }],
  ['by another controller', { 'evenkeel:controller': 'other' }],
] as const) {
  test(`a service that was marked ${what} is left alone`, () =>
    inWorld(SLOW, async (world) => {
      await dieHalfWay(world);
      const resourceArn = world.service()?.serviceArn;
      const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
      await world.person('ecs:TagResource', { resourceArn, tags: list });
      world.start();
      await world.advanceMinutes(60);
      assert.deepEqual(world.mutations(), []);
      assert.equal(world.service()?.status, 'ACTIVE');
    }));
}

test('a service whose manifest went away while nobody looked is left whole, told of once and shown', () =>
  inWorld({ config: { prune: true } }, async (world) => {
    world.write(doomed());
    await world.untilReady();
    await world.end();
    world.source.forget(WEB);
    world.mutations();
    world.start();
    await world.advanceMinutes(30);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.service()?.runningCount, 1);
    assert.equal(told(world).length, 1);
    assert.deepEqual(world.keeper.unclaimed, ['us-east-1 agents/web']);
    const check = world.keeper
      .readModel()
      .ready()
      .find(({ name }) => name === 'unclaimed');
    assert.equal(check?.ok, true);
    assert.match(check?.detail ?? '', /agents\/web/);
    await world.advanceMinutes(60);
    const looks = world.sent().filter(({ operation }) => operation === 'ecs:ListServices');
    assert.equal(looks.length, 0, 'it is looked for after the start and not with every resync');
  }));

test('a service that a manifest names is not told of, nor one that somebody else made', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const { taskDefinition } = world.service() ?? {};
    const network = { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'] } };
    const theirs = { cluster: 'agents', serviceName: 'theirs', taskDefinition, desiredCount: 1 };
    await world.person('ecs:CreateService', { ...theirs, launchType: 'FARGATE', networkConfiguration: network });
    await world.restart();
    await world.advanceMinutes(10);
    assert.deepEqual(world.keeper.unclaimed, []);
    assert.deepEqual(told(world), []);
  }));

test('where clusters may not be listed those that manifests name are looked through', () =>
  inWorld({ config: { prune: true } }, async (world) => {
    world.write(doomed());
    world.write(simpleManifest({}, { name: 'other' }));
    await world.untilReady();
    await world.end();
    world.source.forget(WEB);
    world.aws.trouble({ when: on('ecs:ListClusters'), fault: accessDenied });
    world.start();
    await world.advanceMinutes(1);
    assert.deepEqual(world.keeper.unclaimed, ['us-east-1 agents/web']);
  }));

test('a look that is denied is made up for by the next one', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    world.aws.trouble({ when: on('ecs:DescribeServices'), fault: accessDenied, times: 1 });
    world.start();
    await world.until('the end', () => isGone(world), 10);
    assert.deepEqual(world.mutations().slice(0, 1), ['ecs:DeleteService']);
  }));

test('looks that are denied are told of once, and made up for when they are allowed', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    const allow = world.aws.trouble({ when: on('ecs:ListServices'), fault: accessDenied });
    world.start();
    await world.advanceMinutes(120);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.logLines.filter((line) => line.includes('services.unseen')).length, 1);
    const looks = world.sent().filter(({ operation }) => operation === 'ecs:ListClusters');
    assert.ok(looks.length < 15, `${looks.length} looks in two hours`);
    allow();
    await world.until('the end', () => isGone(world), 60);
    world.sent();
    await world.advanceMinutes(120);
    assert.deepEqual(
      world.sent().filter(({ operation }) => operation === 'ecs:ListServices'),
      [],
    );
  }));

test('a marked service whose tags name no manifest there could be is told of, and holds nobody up', () =>
  inWorld(SLOW, async (world) => {
    await dieHalfWay(world);
    const resourceArn = world.service()?.serviceArn;
    const tags = [{ key: 'evenkeel:manifest', value: 'No Such/Name: \n' }];
    await world.person('ecs:TagResource', { resourceArn, tags });
    world.start();
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
    assert.deepEqual(world.keeper.unclaimed, ['us-east-1 agents/web']);
    assert.ok(!world.logLines.some((line) => line.includes('task.failed')));
  }));

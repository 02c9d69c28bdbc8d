import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { tagMap } from '../../src/resources/context.ts';
import { simpleManifest } from '../support/rig.ts';
import { inWorld, type World } from './world.ts';

const named = (name: string, spec: object = {}): LoadedManifest => simpleManifest(spec, { name });
const scaled = (autoscaling: object, spec: object = {}): LoadedManifest =>
  simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }], ...autoscaling }, ...spec });

/** Converges on `before`, then on `after`, and gives what the second one wrote. */
async function change(world: World, before: LoadedManifest, after: LoadedManifest): Promise<readonly string[]> {
  world.write(before);
  await world.untilReady();
  world.mutations();
  world.write(after);
  await world.untilReady();
  return world.mutations();
}

test('a manifest in an empty account becomes a running service with three writes', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['logs:CreateLogGroup', 'ecs:RegisterTaskDefinition', 'ecs:CreateService']);
    assert.equal(world.service()?.runningCount, 1);
    assert.equal(tagMap(world.service()?.tags)['evenkeel:manifest'], 'default/web');
  }));

test('ten manifests become ten services, each made once', () =>
  inWorld({}, async (world) => {
    const names = Array.from({ length: 10 }, (_, index) => `web-${index}`);
    for (const name of names) world.write(named(name));
    for (const name of names) await world.untilReady(keyOf('default', name));
    assert.equal(world.mutations().filter((operation) => operation === 'ecs:CreateService').length, 10);
    for (const name of names) assert.equal(world.service(name)?.runningCount, 1);
  }));

test('a day without a change is a day without a write', () =>
  inWorld({ config: { resyncMs: 600_000 } }, async (world) => {
    world.write(scaled({}));
    await world.untilReady();
    world.mutations();
    await world.advanceMinutes(24 * 60);
    assert.deepEqual(world.mutations(), []);
    assert.ok(world.isReady());
  }));

test('a hundred settled services cost at most 0.2 calls each a resync and no write', () =>
  inWorld({ sandbox: { speed: 20 } }, async (world) => {
    const keys = Array.from({ length: 100 }, (_, index) => keyOf('default', `web-${index}`));
    for (const key of keys) world.write(named(key.slice('default/'.length)));
    for (const key of keys) await world.untilReady(key);
    await world.advanceMinutes(2);
    world.sent();
    const passes = world.statuses.length;
    await world.advanceMinutes(3);
    const calls = world.sent();
    const resyncs = world.statuses.length - passes;
    assert.ok(resyncs >= 270, `${resyncs} passes`);
    assert.ok(calls.length / resyncs <= 0.2, `${calls.length} calls in ${resyncs} passes`);
    assert.deepEqual(world.mutations(), []);
  }));

test('the same manifest again, also from a new process, writes nothing', () =>
  inWorld({}, async (world) => {
    assert.deepEqual(await change(world, simpleManifest(), simpleManifest()), []);
    await world.restart();
    await world.untilReady();
    assert.deepEqual(world.mutations(), []);
  }));

test('a changed environment is one registration, one update and one stamp', () =>
  inWorld({}, async (world) => {
    const container = { name: 'web', healthCheck: { disabled: true }, environment: { LOG_LEVEL: 'debug' } };
    const written = await change(world, simpleManifest(), simpleManifest({ container }));
    assert.deepEqual(written, ['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:TagResource']);
  }));

test('more cpu is one registration, one update and one stamp', () =>
  inWorld({}, async (world) => {
    const written = await change(world, simpleManifest(), simpleManifest({ cpu: 512, memory: 1024 }));
    assert.deepEqual(written, ['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:TagResource']);
  }));

test('another count is one update and one stamp, and starts no new deployment', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const deployment = world.service()?.deployments?.[0]?.id;
    const written = await change(world, simpleManifest(), simpleManifest({ desiredCount: 3 }));
    assert.deepEqual(written, ['ecs:UpdateService', 'ecs:TagResource']);
    assert.equal(world.service()?.runningCount, 3);
    assert.equal(world.service()?.deployments?.[0]?.id, deployment);
  }));

test('another network is one update and one stamp', () =>
  inWorld({}, async (world) => {
    const network = { subnets: ['subnet-c'], securityGroups: ['sg-c'] };
    const written = await change(world, simpleManifest(), simpleManifest({ network }));
    assert.deepEqual(written, ['ecs:UpdateService', 'ecs:TagResource']);
    assert.deepEqual(world.service()?.networkConfiguration?.awsvpcConfiguration?.subnets, ['subnet-c']);
  }));

test('a capacity provider strategy comes and goes with one forced deployment each', () =>
  inWorld({}, async (world) => {
    const spot = simpleManifest({ capacityProviders: [{ name: 'FARGATE_SPOT', weight: 1 }] });
    const written = await change(world, simpleManifest(), spot);
    assert.deepEqual(written, ['ecs:UpdateService', 'ecs:TagResource']);
    assert.equal(world.service()?.capacityProviderStrategy?.[0]?.capacityProvider, 'FARGATE_SPOT');
    assert.deepEqual(await change(world, spot, simpleManifest()), ['ecs:UpdateService', 'ecs:TagResource']);
    assert.deepEqual(world.service()?.capacityProviderStrategy ?? [], []);
  }));

test('a new label is a tag on the service and the log group, and no rollout', () =>
  inWorld({}, async (world) => {
    const labelled = simpleManifest({ tags: { tier: 'gold' } }, { labels: { team: 'ml' } });
    const written = await change(world, simpleManifest(), labelled);
    assert.deepEqual(written, ['logs:TagResource', 'ecs:TagResource']);
    assert.equal(tagMap(world.service()?.tags)['team'], 'ml');
    assert.equal(tagMap(world.service()?.tags)['tier'], 'gold');
  }));

test('another log retention is one write to the log group', () =>
  inWorld({}, async (world) => {
    const week = simpleManifest({ logging: { retentionDays: 7 } });
    const month = simpleManifest({ logging: { retentionDays: 30 } });
    assert.deepEqual(await change(world, week, month), ['logs:PutRetentionPolicy']);
    const forever = simpleManifest({ logging: { retentionDays: 0 } });
    assert.deepEqual(await change(world, month, forever), ['logs:DeleteRetentionPolicy']);
  }));

test('autoscaling is added with its target and policy, and nothing else', () =>
  inWorld({}, async (world) => {
    const written = await change(world, simpleManifest(), scaled({}));
    assert.deepEqual(
      written.filter((operation) => operation.startsWith('application-autoscaling')),
      ['application-autoscaling:RegisterScalableTarget', 'application-autoscaling:PutScalingPolicy'],
    );
    assert.ok(!written.includes('ecs:UpdateService'), written.join());
  }));

test('another band, another target and another metric change the scaling alone', () =>
  inWorld({}, async (world) => {
    const band = await change(world, scaled({}), scaled({ maxCapacity: 9 }));
    assert.deepEqual(band, ['application-autoscaling:RegisterScalableTarget']);
    const value = await change(world, scaled({ maxCapacity: 9 }), scaled({ maxCapacity: 9, targets: [{ cpu: 50 }] }));
    assert.deepEqual(value, ['application-autoscaling:PutScalingPolicy']);
    const metric = await change(
      world,
      scaled({ maxCapacity: 9, targets: [{ cpu: 50 }] }),
      scaled({ maxCapacity: 9, targets: [{ memory: 50 }] }),
    );
    assert.deepEqual(metric.toSorted(), [
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:PutScalingPolicy',
    ]);
  }));

test('scheduled actions are put, changed and deleted, one write each', () =>
  inWorld({}, async (world) => {
    const night = { name: 'night', schedule: 'cron(0 20 * * ? *)', minCapacity: 1, maxCapacity: 1 };
    const morning = { name: 'morning', schedule: 'cron(0 6 * * ? *)', minCapacity: 2, maxCapacity: 4 };
    const put = await change(world, scaled({}), scaled({ schedules: [night, morning] }));
    assert.deepEqual(
      put,
      Array.from({ length: 2 }, () => 'application-autoscaling:PutScheduledAction'),
    );
    const later = { ...morning, schedule: 'cron(0 7 * * ? *)' };
    const changed = await change(world, scaled({ schedules: [night, morning] }), scaled({ schedules: [night, later] }));
    assert.deepEqual(changed, ['application-autoscaling:PutScheduledAction']);
    const gone = await change(world, scaled({ schedules: [night, later] }), scaled({ schedules: [night] }));
    assert.deepEqual(gone, ['application-autoscaling:DeleteScheduledAction']);
  }));

test('autoscaling that leaves takes its target first and sets the count once', () =>
  inWorld({}, async (world) => {
    const three = scaled({ minCapacity: 3 }, { desiredCount: 3 });
    const written = await change(world, three, simpleManifest({ desiredCount: 1 }));
    assert.deepEqual(written, [
      'application-autoscaling:DeregisterScalableTarget',
      'ecs:UpdateService',
      'ecs:TagResource',
    ]);
    assert.equal(world.service()?.runningCount, 1);
  }));

test('a manifest that moves to another file writes nothing', () =>
  inWorld({}, async (world) => {
    const loaded = simpleManifest();
    const moved = { ...loaded, origin: { file: 'elsewhere/other.yaml', line: 7, document: 2 } };
    assert.deepEqual(await change(world, loaded, moved), []);
    await world.advanceMinutes(2);
    assert.equal(world.status().origin, 'elsewhere/other.yaml');
  }));

test('a manifest that is set back runs its old revision again, without a registration', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const first = world.service()?.taskDefinition;
    const back = await change(world, simpleManifest({ cpu: 512, memory: 1024 }), simpleManifest());
    assert.deepEqual(back, ['ecs:UpdateService', 'ecs:TagResource']);
    assert.equal(world.service()?.taskDefinition, first);
  }));

test('twenty edits in five seconds are far fewer deployments, and the last one holds', () =>
  inWorld({ sandbox: { latencyMs: 200 } }, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    for (let edit = 1; edit <= 20; edit++) {
      world.write(simpleManifest({ image: { uri: `example.com/web:${edit}` } }));
      await world.advanceSeconds(0.25);
    }
    await world.untilReady();
    const updates = world.mutations().filter((operation) => operation === 'ecs:UpdateService').length;
    assert.ok(updates <= 8, `${updates} updates`);
    assert.equal(world.service()?.deployments?.length, 1);
  }));

test('a manifest that moves to another cluster is refused, and both clusters stay as they are', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.mutations();
    world.write(simpleManifest({ cluster: 'other' }));
    await world.untilReason('ReplacementRequired');
    await world.advanceMinutes(5);
    assert.deepEqual(world.mutations(), []);
  }));

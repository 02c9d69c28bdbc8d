import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleManifest } from '../support/rig.ts';
import { accessDenied } from './faulty-transport.ts';
import { inWorld, type World } from './world.ts';

const text = async (world: World): Promise<string> => (await world.keeper.readModel().metrics()).text;
const value = (exposition: string, series: string): number | undefined => {
  const line = exposition.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};
const WEB_LABELS = 'ecs_cluster="agents",name="web"';

test('sync, health and every condition are state sets: one state of each is 1', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const exposition = await text(world);
    for (const name of ['sync', 'health']) {
      const set = exposition
        .split('\n')
        .filter((line) => line.startsWith(`evenkeel_service_${name}_status{${WEB_LABELS}`));
      assert.ok(set.length >= 3, name);
      assert.equal(set.filter((line) => line.endsWith(' 1')).length, 1, name);
    }
    assert.equal(value(exposition, `evenkeel_service_sync_status{${WEB_LABELS},status="Synced"}`), 1);
    assert.equal(value(exposition, `evenkeel_service_health_status{${WEB_LABELS},status="Healthy"}`), 1);
    assert.equal(value(exposition, `evenkeel_service_condition{${WEB_LABELS},type="Ready",status="True"}`), 1);
  }));

test('every series has help and a type, no name twice, and no value that is not a number', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    const lines = (await text(world)).split('\n').filter((line) => line !== '');
    const typed = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]!);
    const helped = lines.filter((line) => line.startsWith('# HELP ')).map((line) => line.split(' ')[2]!);
    assert.deepEqual(typed, helped);
    assert.equal(new Set(typed).size, typed.length);
    const samples = lines.filter((line) => !line.startsWith('#'));
    assert.equal(new Set(samples.map((line) => line.slice(0, line.lastIndexOf(' ')))).size, samples.length);
    for (const sample of samples) {
      const name = /^[a-z0-9_]+/.exec(sample)?.[0] ?? '';
      assert.ok(
        typed.some((known) => name === known || name.startsWith(`${known}_`)),
        sample,
      );
      assert.ok(!Number.isNaN(Number(sample.slice(sample.lastIndexOf(' ') + 1).replace('+Inf', 'Infinity'))), sample);
    }
  }));

test('the series of a service that is gone vanish', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    assert.match(await text(world), /name="web"/);
    world.remove();
    await world.until('gone', () => world.keeper.statuses.size === 0);
    assert.doesNotMatch(await text(world), /name="web"/);
  }));

test('what could not be read is Unknown in the figures, never out of sync', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.aws.trouble({ when: () => true, fault: accessDenied });
    await world.untilReason('AccessDenied');
    const exposition = await text(world);
    assert.equal(value(exposition, `evenkeel_service_sync_status{${WEB_LABELS},status="Unknown"}`), 1);
    assert.equal(value(exposition, `evenkeel_service_sync_status{${WEB_LABELS},status="OutOfSync"}`), 0);
    assert.equal(value(exposition, `evenkeel_service_health_status{${WEB_LABELS},status="Unknown"}`), 1);
  }));

test('the ring of events is bounded, however often a service changes', () =>
  inWorld({ sandbox: { speed: 50 } }, async (world) => {
    for (let edit = 0; edit < 120; edit++) {
      world.write(simpleManifest({ desiredCount: 1 + (edit % 3), tags: { edit: String(edit) } }));
      await world.advanceSeconds(2);
    }
    assert.ok(world.events.length > 200, `${world.events.length} events`);
    assert.ok(world.status().events.length <= 200);
    const times = world.status().events.map((event) => event.at);
    assert.deepEqual(times, times.toSorted().reverse());
  }));

test('a rollout that ends is counted once, by its result', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.write(simpleManifest({ image: { uri: 'example.com/crash:1' } }));
    await world.untilRollout('RolledBack');
    await world.advanceMinutes(10);
    const exposition = await text(world);
    const total = `evenkeel_rollout_total{${WEB_LABELS},result=`;
    assert.equal(value(exposition, `${total}"rolled_back"}`), 1);
    assert.equal(value(exposition, `${total}"succeeded"}`), 1);
    assert.equal(value(exposition, `${total}"failed"}`), 0);
  }));

test('the generation counts manifests that differ, and what was observed catches up', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.untilReady();
    world.write(simpleManifest({ desiredCount: 2 }));
    await world.untilReady();
    assert.deepEqual([world.status().generation, world.status().observedGeneration], [2, 2]);
    const every = world.statuses.flatMap((status) => status.conditions);
    assert.ok(every.every((condition) => condition.observedGeneration <= 2));
  }));

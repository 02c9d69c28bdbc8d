import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleManifest } from '../support/rig.ts';
import { isWrite, on } from './faulty-transport.ts';
import { inWorld, type World } from './world.ts';

const LATENCY = { sandbox: { latencyMs: 300 } };

/** Asks for the end and turns the clock until it has come; gives the seconds that took. */
async function secondsToStop(world: World): Promise<number> {
  let over = false;
  const from = world.clock.elapsed();
  const stopped = world.stop().then(() => {
    over = true;
  });
  while (!over && world.clock.elapsed() - from < 120_000) await world.advanceSeconds(0.1);
  assert.ok(over, 'it did not stop');
  await stopped;
  return (world.clock.elapsed() - from) / 1000;
}

test('work that runs when the stop comes ends by itself, no other begins, and nothing is sent afterwards', () =>
  inWorld(LATENCY, async (world) => {
    world.write(simpleManifest());
    await world.advanceSeconds(0.4);
    const stopping = secondsToStop(world);
    world.write(simpleManifest({}, { name: 'late' }));
    assert.ok((await stopping) < 10);
    const sent = world.aws.sent.length;
    assert.ok(!JSON.stringify(world.aws.sent).includes('late'));
    // The search for services without a manifest is no pass: it is given up at once.
    const ofPasses = world.aws.sent.filter(({ operation }) => !/List(Clusters|Services)/.test(operation));
    assert.ok(ofPasses.every((call) => call.took));
    await world.advanceMinutes(10);
    assert.equal(world.aws.sent.length, sent);
  }));

test('an AWS that never answers does not hold the end up beyond the grace period', () =>
  inWorld({ config: { shutdownGraceMs: 5_000 } }, async (world) => {
    world.aws.trouble({ when: on('ecs:CreateService'), fault: 'hang' });
    world.write(simpleManifest());
    await world.advanceSeconds(2);
    const seconds = await secondsToStop(world);
    assert.ok(seconds <= 7.2, `${seconds} s`);
    const sent = world.aws.sent.length;
    await world.advanceMinutes(10);
    assert.equal(world.aws.sent.length, sent);
    assert.equal(world.service(), undefined);
  }));

test('a controller that waits for rollouts ends at once', () =>
  inWorld({}, async (world) => {
    world.write(simpleManifest());
    await world.advanceSeconds(10);
    assert.equal(world.isReady(), false);
    assert.ok((await secondsToStop(world)) < 1);
  }));

for (const operation of ['logs:CreateLogGroup', 'ecs:RegisterTaskDefinition', 'ecs:CreateService']) {
  for (const after of [false, true]) {
    test(`cut off ${after ? 'after' : 'before'} the effect of ${operation}, the next process makes everything once`, () =>
      inWorld({ config: { shutdownGraceMs: 0 } }, async (world) => {
        const lift = world.aws.trouble({ when: on(operation), fault: 'hang', after });
        world.write(simpleManifest());
        await world.advanceSeconds(2);
        await world.end();
        lift();
        world.start();
        await world.untilReady();
        const done = (name: string): number =>
          world.sandbox.log.filter((call) => call.operation === name && call.outcome === 'done').length;
        assert.deepEqual([done('ecs:CreateService'), done('ecs:RegisterTaskDefinition')], [1, 1]);
      }));
  }
}

test('a pass that hangs is given up after its timeout and its key is looked at again', () =>
  inWorld({ config: { passTimeoutMs: 60_000 } }, async (world) => {
    const lift = world.aws.trouble({ when: isWrite, fault: 'hang' });
    world.write(simpleManifest());
    await world.advanceSeconds(30);
    lift();
    await world.advanceSeconds(10);
    assert.equal(world.isReady(), false);
    await world.untilReady(undefined, 5);
  }));

test('the checks say what holds: not ready before the first look, ready while it runs, alive throughout', () =>
  inWorld({}, async (world) => {
    const model = world.keeper.readModel();
    world.write(simpleManifest());
    await world.untilReady();
    assert.ok(model.ready().every(({ ok }) => ok));
    assert.ok(model.live().every(({ ok }) => ok));
    await world.end();
    assert.equal(model.ready().find(({ name }) => name === 'controller')?.ok, false);
    world.start();
  }));

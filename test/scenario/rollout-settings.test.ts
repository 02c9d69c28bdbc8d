import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { simpleManifest } from '../support/rig.ts';
import { accessDenied, on } from './faulty-transport.ts';
import { inWorld, WEB, type World } from './world.ts';

const network = (group: string): object => ({ subnets: ['subnet-a', 'subnet-b'], securityGroups: [group] });
const behind = (group: string, spec: object = {}): LoadedManifest =>
  simpleManifest({ network: network(group), ...spec });
const image = (name: string): object => ({ image: { uri: `example.com/${name}` } });
const deploys = (world: World): number =>
  world.mutations().filter((operation) => operation === 'ecs:UpdateService').length;
const asked = (world: World): number =>
  world.sent().filter(({ operation }) => /ListServiceDeployments|DescribeServiceRevisions/.test(operation)).length;
const group = (world: World): string | undefined =>
  world.service()?.networkConfiguration?.awsvpcConfiguration?.securityGroups?.[0];
const revision = (world: World): string => world.service()?.taskDefinition?.split('/').at(-1) ?? '';

const messageOf = (world: World): string =>
  world.statuses.at(-1)?.conditions.find(({ type }) => type === 'Ready')?.message ?? '';

/** Tasks behind `sg-closed` end before they are healthy. */
function close(world: World): { lift(): void } {
  return world.sandbox.faults.order({ when: { securityGroups: ['sg-closed'] }, fault: { kind: 'crash-loop' } });
}

/** It runs behind `sg-a`, and then something is asked for that ECS goes back from. */
async function goneBack(world: World, wanted: LoadedManifest): Promise<void> {
  world.write(behind('sg-a'));
  await world.untilReady();
  world.mutations();
  world.write(wanted);
  await world.untilReason('RolloutFailed');
}

/** As nobody sees it: the process is gone, and is back when ECS shows no trace of the deployment that failed. */
async function goneBackUnseen(world: World, wanted: LoadedManifest): Promise<void> {
  world.mutations();
  world.write(wanted);
  await world.until('the deployment', () => deploys(world) > 0);
  await world.end();
  await world.advanceMinutes(60);
  assert.equal(world.service()?.deployments?.length, 1);
  world.start();
  await world.untilReason('RolloutFailed');
}

test('settings that failed are not tried again, not in hours and not by a new process', () =>
  inWorld({}, async (world) => {
    close(world);
    await goneBack(world, behind('sg-closed'));
    await world.advanceMinutes(60);
    await world.restart();
    await world.advanceMinutes(180);
    assert.equal(deploys(world), 1);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
    assert.match(messageOf(world), /networkConfiguration/);
    assert.equal(world.statuses.at(-1)?.rollout?.state, 'RolledBack');
    assert.deepEqual([group(world), revision(world)], ['sg-a', 'web:1']);
  }));

test('what failed is asked of ECS once, and is remembered after ECS has forgotten it', () =>
  inWorld({ config: { resyncMs: 60_000 } }, async (world) => {
    close(world);
    await goneBack(world, behind('sg-closed'));
    assert.ok(asked(world) <= 2);
    await world.advanceMinutes(240);
    assert.equal(asked(world), 0);
    // Events scroll away and deployments are described no more.
    world.sandbox.truthOf('us-east-1').services.get('agents/web')!.events = [];
    await world.restart();
    await world.advanceMinutes(120);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
  }));

test('another manifest is rolled out, be it with other settings or with none that failed', () =>
  inWorld({}, async (world) => {
    close(world);
    await goneBack(world, behind('sg-closed'));
    world.write(behind('sg-open'));
    await world.untilReady();
    assert.equal(group(world), 'sg-open');
    world.write(behind('sg-closed'));
    await world.untilReason('RolloutFailed');
    await world.advanceMinutes(60);
    world.write(behind('sg-a'));
    await world.untilReady();
    assert.deepEqual([group(world), revision(world)], ['sg-a', 'web:1']);
    assert.ok(deploys(world) <= 4);
  }));

test('a new image that failed behind a closed security group is tried again behind an open one', () =>
  inWorld({}, async (world) => {
    close(world);
    await goneBack(world, behind('sg-closed', image('web:2')));
    await world.advanceMinutes(60);
    assert.equal(deploys(world), 1);
    world.write(behind('sg-open', image('web:2')));
    await world.untilReady();
    assert.deepEqual([group(world), revision(world)], ['sg-open', 'web:2']);
    assert.equal(deploys(world), 1);
  }));

test('a retry that a person asks for is one more deployment', () =>
  inWorld({}, async (world) => {
    const closed = close(world);
    await goneBack(world, behind('sg-closed'));
    await world.advanceMinutes(30);
    world.mutations();
    world.keeper.readModel().reconcile(WEB, { retry: true });
    await world.advanceMinutes(120);
    assert.equal(deploys(world), 1);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
    closed.lift();
    world.keeper.readModel().reconcile(WEB, { retry: true });
    await world.untilReady();
    assert.equal(group(world), 'sg-closed');
  }));

test('going back to an earlier revision that fails now is not tried again, and blames no other', () =>
  inWorld({}, async (world) => {
    world.write(behind('sg-a'));
    await world.untilReady();
    world.write(behind('sg-a', image('web:2')));
    await world.untilReady();
    world.sandbox.faults.order({ when: { images: ['*/web:1.0'] }, fault: { kind: 'crash-loop' } });
    await goneBackUnseen(world, behind('sg-a'));
    await world.advanceMinutes(120);
    assert.equal(deploys(world), 0);
    assert.match(messageOf(world), /web:1 failed and web:2 is serving/);
    world.write(behind('sg-a', image('web:2')));
    await world.untilReady();
    assert.deepEqual(world.mutations(), ['ecs:TagResource']);
  }));

test('where ECS may not be asked, what was sent last is what failed', () =>
  inWorld({}, async (world) => {
    world.aws.trouble({ when: on('ecs:ListServiceDeployments'), fault: accessDenied });
    world.write(behind('sg-a'));
    await world.untilReady();
    await goneBackUnseen(world, behind('sg-a', image('crash:1')));
    await world.advanceMinutes(120);
    assert.equal(deploys(world), 0);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
  }));

test('where ECS may not be asked, settings that failed are not tried again either', () =>
  inWorld({}, async (world) => {
    close(world);
    world.aws.trouble({ when: on('ecs:ListServiceDeployments'), fault: accessDenied });
    world.write(behind('sg-a'));
    await world.untilReady();
    await goneBackUnseen(world, behind('sg-closed'));
    await world.advanceMinutes(120);
    assert.equal(deploys(world), 0);
    assert.equal(group(world), 'sg-a');
  }));

test('a new deployment of the same, forced by a person, that fails blames nothing', () =>
  inWorld({}, async (world) => {
    world.write(behind('sg-a'));
    await world.untilReady();
    world.sandbox.faults.order({ when: { times: 3 }, fault: { kind: 'crash-loop' } });
    await world.person('ecs:UpdateService', { cluster: 'agents', service: 'web', forceNewDeployment: true });
    world.mutations();
    await world.advanceMinutes(120);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').status, 'True');
  }));

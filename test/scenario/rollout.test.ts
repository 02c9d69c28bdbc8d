import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetFailure } from '../../src/app/forget-failure.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { tagMap } from '../../src/resources/context.ts';
import { drive } from '../support/drive.ts';
import { simpleManifest } from '../support/rig.ts';
import { inWorld, WEB, type World } from './world.ts';

const good = simpleManifest();
const crashing = simpleManifest({ image: { uri: 'example.com/crash:1' } });
const deploys = (operations: readonly string[]): number =>
  operations.filter((operation) => /(Create|Update)Service$/.test(operation)).length;

/** The service is good and ready, then the crashing image is asked for and ECS goes back. */
async function rolledBack(world: World): Promise<void> {
  world.write(good);
  await world.untilReady();
  world.write(crashing);
  await world.untilRollout('RolledBack');
}

const forget = (world: World): Promise<boolean> => {
  const context = { gateways: world.outside(), clock: world.clock, controllerId: world.config.controllerId };
  return drive(world.clock, forgetFailure(context, crashing, new AbortController().signal));
};

test('a rollout that the breaker takes back is a failure, never a success', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    assert.equal(world.condition('RolloutSucceeded').status, 'False');
    assert.equal(world.condition('Ready').status, 'False');
    const after = world.statuses.filter((status) => status.manifestHash === crashing.hash);
    assert.ok(after.every((status) => status.rollout?.state !== 'Succeeded' || status.sync !== 'Synced'));
    assert.ok(!after.some((status) => status.conditions.some((c) => c.type === 'Ready' && c.status === 'True')));
    assert.equal(world.service()?.runningCount, 1);
  }));

test('a revision that failed is not tried again, not in hours and not by a new process', () =>
  inWorld({ config: { resyncMs: 300_000 } }, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(15);
    world.mutations();
    await world.advanceMinutes(180);
    await world.restart();
    await world.advanceMinutes(180);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
  }));

test('a revision that failed before it could be read is not deployed again in the guise of a twin', () =>
  inWorld({}, async (world) => {
    world.write(good);
    await world.untilReady();
    const fault = new AwsFault('ClientException', 'Unable to describe task definition.', { status: 400 });
    const when = (operation: string, input: object): boolean =>
      operation === 'ecs:DescribeTaskDefinition' && !JSON.stringify(input).includes('web:1');
    const lift = world.aws.trouble({ when, fault });
    world.mutations();
    world.write(crashing);
    await world.untilReason('Unavailable');
    lift();
    await world.untilRollout('RolledBack');
    await world.advanceMinutes(30);
    const sent = world.mutations();
    assert.equal(sent.filter((operation) => operation === 'ecs:RegisterTaskDefinition').length, 1);
    assert.equal(deploys(sent), 1);
  }));

test('a failure is counted once in the metrics and told once', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(10);
    assert.equal(world.events.filter((event) => event.reason === 'RolloutRolledBack').length, 1);
  }));

test('after a rollback a new good manifest is rolled out', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    world.mutations();
    world.write(simpleManifest({ image: { uri: 'example.com/web:2' } }));
    await world.untilReady();
    assert.equal(deploys(world.mutations()), 1);
  }));

test('after a rollback the manifest set back to what runs is ready, with no deployment', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(10);
    world.mutations();
    world.write(good);
    await world.untilReady();
    assert.equal(deploys(world.mutations()), 0);
  }));

test('a first rollout that fails has nothing to go back to, and stays as it is', () =>
  inWorld({}, async (world) => {
    world.write(crashing);
    await world.untilRollout('Failed');
    world.mutations();
    await world.advanceMinutes(60);
    await world.restart();
    await world.advanceMinutes(60);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
    world.write(good);
    await world.untilReady();
  }));

test('with a breaker that does not roll back, the failure is told and the fixed manifest mends it', () =>
  inWorld({}, async (world) => {
    const rollout = { circuitBreaker: { enabled: true, rollback: false } };
    world.write(simpleManifest({ rollout }));
    await world.untilReady();
    world.write(simpleManifest({ rollout, image: { uri: 'example.com/crash:1' } }));
    await world.untilRollout('Failed');
    assert.equal(world.condition('Ready').status, 'False');
    world.mutations();
    await world.advanceMinutes(60);
    assert.equal(deploys(world.mutations()), 0);
    world.write(simpleManifest({ rollout, image: { uri: 'example.com/web:3' } }));
    await world.untilReady();
  }));

test('without a breaker a crash loop times out, is not called a success and is mended by a fixed manifest', () =>
  inWorld({}, async (world) => {
    const rollout = { circuitBreaker: { enabled: false, rollback: false }, timeoutMinutes: 10 };
    world.write(simpleManifest({ rollout }));
    await world.untilReady();
    world.write(simpleManifest({ rollout, image: { uri: 'example.com/crash:1' } }));
    await world.untilRollout('TimedOut');
    world.mutations();
    await world.advanceMinutes(60);
    assert.deepEqual(world.mutations(), []);
    assert.equal(world.condition('Ready').reason, 'RolloutTimedOut');
    world.write(simpleManifest({ rollout }));
    await world.untilReady();
  }));

test('a service is never Ready while an old deployment runs', () =>
  inWorld({ sandbox: { stoppingMs: [120_000, 120_000] } }, async (world) => {
    world.write(good);
    await world.untilReady();
    world.write(simpleManifest({ image: { uri: 'example.com/web:2' } }));
    await world.until('two deployments', () => world.service()?.deployments?.length === 2, 5);
    assert.equal(world.condition('Ready').status, 'False');
    await world.untilReady();
  }));

test('a pardoned failure is tried exactly once more, and fails again', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(10);
    world.mutations();
    assert.equal(await forget(world), true);
    await world.restart();
    await world.untilRollout('RolledBack');
    await world.until('the second mark', () => world.condition('Ready').reason === 'RolloutFailed', 120);
    await world.advanceMinutes(60);
    assert.equal(deploys(world.mutations()), 1);
  }));

test('a retry asked of the running daemon is exactly one more deployment', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(10);
    world.mutations();
    world.keeper.readModel().reconcile(WEB, { retry: true });
    await world.advanceMinutes(60);
    assert.equal(deploys(world.mutations()), 1);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
  }));

test('a pardon where nothing was to go back to is one more deployment as well', () =>
  inWorld({}, async (world) => {
    world.write(crashing);
    await world.untilRollout('Failed');
    await world.advanceMinutes(10);
    world.mutations();
    world.keeper.readModel().reconcile(WEB, { retry: true });
    await world.advanceMinutes(90);
    assert.equal(deploys(world.mutations()), 1);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
  }));

test('a pardon that another process wrote is seen by the daemon', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(10);
    world.mutations();
    const failed = await world.person('ecs:DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
    const mark = tagMap(failed['tags'] as readonly { key: string; value: string }[])['evenkeel:rollout'] ?? '';
    const { taskDefinitionArn } = failed['taskDefinition'] as { taskDefinitionArn: string };
    const value = `pardoned:${mark.slice(mark.indexOf(':') + 1)}`;
    await world.person('ecs:TagResource', {
      resourceArn: taskDefinitionArn,
      tags: [{ key: 'evenkeel:rollout', value }],
    });
    await world.advanceMinutes(90);
    assert.equal(deploys(world.mutations()), 1);
  }));

test('what failed is remembered on the revision itself', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(3);
    const failed = await world.person('ecs:DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
    const tags = tagMap(failed['tags'] as readonly { key: string; value: string }[]);
    assert.match(tags['evenkeel:rollout'] ?? '', /^rolled-back:ecs-svc/);
  }));

test('a manifest that changes in the middle of a rollout overtakes it', () =>
  inWorld({}, async (world) => {
    world.write(good);
    await world.untilReady();
    world.write(simpleManifest({ image: { uri: 'example.com/web:2' } }));
    await world.until('two deployments', () => world.service()?.deployments?.length === 2, 5);
    world.write(simpleManifest({ image: { uri: 'example.com/web:3' } }));
    await world.untilReady();
    assert.equal(world.service()?.deployments?.length, 1);
  }));

test('a fix in the middle of a crash loop overtakes it, and the bad revision leaves no mark on the good one', () =>
  inWorld({}, async (world) => {
    world.write(good);
    await world.untilReady();
    world.write(crashing);
    await world.advanceMinutes(1);
    world.write(simpleManifest({ image: { uri: 'example.com/web:3' } }));
    await world.untilReady();
    await world.advanceMinutes(30);
    assert.ok(world.isReady());
  }));

test('a label that changes while the rollout has failed changes no deployment, and the failure stays known', () =>
  inWorld({}, async (world) => {
    await rolledBack(world);
    await world.advanceMinutes(5);
    world.mutations();
    world.write(simpleManifest({ image: { uri: 'example.com/crash:1' }, tags: { tier: 'gold' } }));
    await world.advanceMinutes(60);
    assert.equal(deploys(world.mutations()), 0);
    assert.equal(world.condition('Ready').status, 'False');
  }));

test('two manifests of one family each keep their own revisions', () =>
  inWorld({}, async (world) => {
    const other = simpleManifest({ family: 'web', image: { uri: 'example.com/other:1' } }, { name: 'other' });
    world.write(good);
    world.write(other);
    await world.untilReady();
    await world.untilReady(other.key);
    world.mutations();
    await world.advanceMinutes(10);
    assert.deepEqual(world.mutations(), []);
  }));

test('a rollback is not blamed on the revision of a manifest that shares the family', () =>
  inWorld({}, async (world) => {
    const shared = (spec: object, name: string) => simpleManifest({ family: 'shared', ...spec }, { name });
    const bad = shared({ image: { uri: 'example.com/crash:1' } }, 'web');
    world.write(shared({}, 'web'));
    await world.untilReady();
    world.write(bad);
    await world.advanceSeconds(30);
    const other = shared({ image: { uri: 'example.com/other:1' } }, 'other');
    world.write(other);
    await world.untilReady(other.key);
    await world.untilRollout('RolledBack');
    await world.advanceMinutes(30);
    assert.equal(world.condition('Ready').reason, 'RolloutFailed');
    assert.ok(world.isReady(other.key));
    assert.equal(world.service('web')?.runningCount, 1);
  }));

test('a rollback that happened while no controller ran is found, and the revision is not tried again', () =>
  inWorld({}, async (world) => {
    world.write(good);
    await world.untilReady();
    world.write(crashing);
    await world.advanceSeconds(10);
    await world.end();
    await world.advanceMinutes(60);
    world.mutations();
    world.start();
    await world.advanceMinutes(60);
    assert.equal(deploys(world.mutations()), 0);
    assert.deepEqual([world.condition('Ready').reason, world.rollout()], ['RolloutFailed', 'RolledBack']);
  }));

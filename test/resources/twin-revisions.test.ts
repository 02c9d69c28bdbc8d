import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EcsTag } from '../../src/aws/operations.ts';
import { REGION, Rig, simpleManifest } from '../support/rig.ts';

const broken = simpleManifest({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:crash' } });

/** As a registration that lands long after its caller has given up. */
async function registerAgain(rig: Rig, revision: number): Promise<void> {
  const { definition, tags } = rig.world.truthOf(REGION).families.get('web')![revision - 1]!;
  const { taskDefinitionArn: _arn, revision: _revision, status: _status, ...document } = definition;
  const unmarked = tags.filter(({ key }: EcsTag) => key !== 'evenkeel:rollout');
  await rig.transport().send('ecs:RegisterTaskDefinition', { ...document, tags: unmarked }, { signal: rig.signal });
}

test('what failed is not deployed again because an unmarked twin of it turns up', async () => {
  const rig = new Rig({ speed: 20 });
  await rig.converge(simpleManifest());
  const failed = await rig.converge(broken, 60);
  assert.equal(failed.refusal?.reason, 'RolloutFailed');
  await registerAgain(rig, 2);
  rig.mutations();
  const again = await rig.pass(broken);
  assert.equal(again.refusal?.reason, 'RolloutFailed');
  assert.deepEqual(rig.mutations(), []);
});

test('what serves again is not taken for what failed because a twin of it turns up', async () => {
  const rig = new Rig({ speed: 20 });
  await rig.converge(simpleManifest());
  await rig.pass(broken);
  await registerAgain(rig, 1);
  // Nobody looks until ECS has gone back and shows no trace of the deployment that failed.
  await rig.clock.advance(60 * 60_000);
  rig.mutations();
  const again = await rig.converge(broken, 60);
  assert.equal(again.refusal?.reason, 'RolloutFailed');
  assert.deepEqual(rig.mutations(), ['ecs:TagResource']);
  const marked = rig.world
    .truthOf(REGION)
    .families.get('web')!
    .map(({ tags }) => tags.some(isMark));
  assert.deepEqual(marked, [false, true, false]);
});

test('what failed is not deployed again because a twin of it turned up before anybody looked', async () => {
  const rig = new Rig({ speed: 20 });
  await rig.converge(simpleManifest());
  await rig.pass(broken);
  // Nobody looks until ECS has gone back and shows no trace of the deployment that failed.
  await rig.clock.advance(60 * 60_000);
  await registerAgain(rig, 2);
  rig.mutations();
  const again = await rig.converge(broken, 60);
  assert.equal(again.refusal?.reason, 'RolloutFailed');
  assert.deepEqual(rig.mutations(), ['ecs:TagResource']);
  const marked = rig.world
    .truthOf(REGION)
    .families.get('web')!
    .map(({ tags }) => tags.some(isMark));
  assert.deepEqual(marked, [false, true, false]);
});

/** A world in which, two hours on, these reads show what was so in its fifth minute: before anything failed. */
async function lookingBack(operations: readonly string[]): Promise<Rig> {
  const rig = new Rig({ speed: 20 });
  const when = { operations, from: 120 * 60_000 };
  rig.world.faults.order({ when, fault: { kind: 'stale', lagMs: 115 * 60_000 } });
  await rig.converge(simpleManifest());
  await rig.clock.advance(10 * 60_000);
  assert.equal((await rig.converge(broken, 60)).refusal?.reason, 'RolloutFailed');
  await rig.clock.advance(120 * 60_000 - rig.clock.elapsed());
  rig.mutations();
  return rig;
}

test('a new process that is shown neither the failed revision nor that ECS went back finds it by its number', async () => {
  const rig = await lookingBack(['ecs:DescribeServices', 'ecs:ListTaskDefinitions']);
  rig.restart();
  const { refusal } = await rig.pass(broken);
  assert.deepEqual(rig.mutations(), ['ecs:RegisterTaskDefinition']);
  assert.equal(refusal?.reason, 'RolloutFailed');
});

test('a revision that once was shown to have failed is not believed to be missing, or to carry no mark', async () => {
  const rig = await lookingBack(['ecs:DescribeTaskDefinition']);
  for (let passes = 0; passes < 3; passes++) {
    assert.equal((await rig.pass(broken)).refusal?.reason, 'RolloutFailed');
    await rig.clock.advance(1_000);
  }
  assert.deepEqual(rig.mutations(), []);
});

function isMark({ key }: EcsTag): boolean {
  return key === 'evenkeel:rollout';
}

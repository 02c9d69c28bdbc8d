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

function isMark({ key }: EcsTag): boolean {
  return key === 'evenkeel:rollout';
}

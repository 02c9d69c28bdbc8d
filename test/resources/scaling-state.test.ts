import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REGION, Rig, simpleManifest } from '../support/rig.ts';

const ID = { ServiceNamespace: 'ecs', ResourceId: 'service/agents/web', ScalableDimension: 'ecs:service:DesiredCount' };
const autoscaling = { minCapacity: 1, maxCapacity: 4, targets: [{ cpu: 70 }] };

async function person(rig: Rig, operation: string, input: object): Promise<object> {
  return rig.transport().send(operation, { ...ID, ...input }, { signal: rig.signal });
}

function hasTarget(rig: Rig): boolean {
  return rig.world.truthOf(REGION).scaling.has(ID.ResourceId);
}

test('a target of ours that lost its policy, or never got one, goes when the manifest no longer declares it', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest({ autoscaling }));
  const policies = [...rig.world.truthOf(REGION).scaling.get(ID.ResourceId)!.policies.keys()];
  for (const PolicyName of policies) await person(rig, 'application-autoscaling:DeleteScalingPolicy', { PolicyName });
  await rig.converge(simpleManifest());
  assert.equal(hasTarget(rig), false);
});

test('a bare target of somebody else stays', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  await person(rig, 'application-autoscaling:RegisterScalableTarget', { MinCapacity: 1, MaxCapacity: 2 });
  await rig.converge(simpleManifest());
  assert.equal(hasTarget(rig), true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAwsError } from '../../src/aws/errors.ts';
import { REGION, Rig, simpleManifest } from '../support/rig.ts';

test('a service that a read does not show, and that somebody has taken our tags off, is not tagged again', async () => {
  const rig = new Rig({ speed: 20 });
  rig.world.faults.order({
    when: { operations: ['ecs:DescribeServices'], from: 30 * 60_000, times: 1 },
    fault: { kind: 'stale', lagMs: 3_600_000 },
  });
  await rig.converge(simpleManifest());
  const service = rig.world.truthOf(REGION).services.get('agents/web')!;
  const resourceArn = service.arn;
  await rig
    .transport()
    .send('ecs:UntagResource', { resourceArn, tagKeys: ['evenkeel:managed-by'] }, { signal: rig.signal });
  await rig.clock.advance(40 * 60_000);
  rig.mutations();
  await assert.rejects(rig.pass(simpleManifest()), (error) => isAwsError(error, 'transient'));
  assert.deepEqual(rig.mutations(), ['ecs:CreateService']);
  const next = await rig.pass(simpleManifest());
  assert.equal(next.refusal?.reason, 'NotOurs');
  assert.deepEqual(rig.mutations(), []);
});

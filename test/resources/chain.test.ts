import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagMap } from '../../src/resources/context.ts';
import { drive } from '../support/drive.ts';
import { Rig, simpleManifest } from '../support/rig.ts';

const options = { signal: new AbortController().signal };
const ref = { cluster: 'agents', service: 'web' };

async function serviceOf(rig: Rig) {
  const service = await drive(rig.clock, rig.gateway.ecs.describeService(ref, options));
  assert.ok(service !== undefined);
  return service;
}

test('a manifest becomes a running service with one write for each thing it needs', async () => {
  const rig = new Rig();
  const result = await rig.converge(simpleManifest());
  assert.equal(result.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), ['logs:CreateLogGroup', 'ecs:RegisterTaskDefinition', 'ecs:CreateService']);
  const service = await serviceOf(rig);
  assert.equal(service.runningCount, 1);
  assert.equal(tagMap(service.tags)['evenkeel:manifest'], 'default/web');
  assert.equal(tagMap(service.tags)['evenkeel:generation'], '1');
});

test('a second pass over what the first one made writes nothing', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  rig.mutations();
  const again = await rig.converge(simpleManifest());
  assert.deepEqual(again.actions, []);
  assert.deepEqual(again.remaining, []);
  assert.deepEqual(rig.mutations(), []);
});

test('a plan writes nothing and lists what the execution then does', async () => {
  const rig = new Rig();
  const plan = await rig.plan(simpleManifest());
  assert.deepEqual(rig.mutations(), []);
  assert.deepEqual(
    plan.actions.map(({ resource, verb }) => `${verb} ${resource}`),
    ['create log group', 'register task definition', 'create service'],
  );
  const done = await rig.pass(simpleManifest(), plan.reads);
  assert.deepEqual(
    done.actions.map(({ resource, verb }) => `${verb} ${resource}`),
    plan.actions.map(({ resource, verb }) => `${verb} ${resource}`),
  );
});

test('several changed fields are one registration, one UpdateService and one TagResource', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  rig.mutations();
  const changed = simpleManifest({
    cpu: 512,
    memory: 1024,
    desiredCount: 2,
    network: { subnets: ['subnet-c'], securityGroups: ['sg-b'] },
  });
  const result = await rig.converge(changed);
  assert.equal(result.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), ['ecs:RegisterTaskDefinition', 'ecs:UpdateService', 'ecs:TagResource']);
  const service = await serviceOf(rig);
  assert.equal(service.runningCount, 2);
  assert.equal(tagMap(service.tags)['evenkeel:generation'], '2');
});

test('going back to an earlier manifest uses its revision again', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  const first = (await serviceOf(rig)).taskDefinition;
  await rig.converge(simpleManifest({ cpu: 512, memory: 1024 }));
  rig.mutations();
  await rig.converge(simpleManifest());
  assert.deepEqual(rig.mutations(), ['ecs:UpdateService', 'ecs:TagResource']);
  assert.equal((await serviceOf(rig)).taskDefinition, first);
});

test('a service is not ready while an old deployment still runs', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  const changed = simpleManifest({ cpu: 512, memory: 1024 });
  let result = await rig.pass(changed);
  let sawOld = false;
  while (result.readiness.kind === 'waiting') {
    await rig.clock.advance(1000);
    result = await rig.pass(changed);
    const service = await serviceOf(rig);
    if ((service.deployments ?? []).length > 1) {
      sawOld = true;
      assert.notEqual(result.readiness.kind, 'ready');
    }
  }
  assert.ok(sawOld);
  assert.equal(result.readiness.kind, 'ready');
});

test('a circuit breaker that goes back is a failure, is remembered and is not tried again', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  const bad = simpleManifest({ image: { uri: 'example.com/crash:1' } });
  const failed = await rig.converge(bad, 120);
  assert.equal(
    failed.refusal?.reason ?? (failed.readiness.kind === 'broken' && failed.readiness.reason),
    'RolloutFailed',
  );
  rig.mutations();
  for (let hour = 0; hour < 3; hour++) {
    await rig.clock.advance(3_600_000);
    const later = await rig.converge(bad, 120);
    assert.equal(later.refusal?.reason, 'RolloutFailed');
    assert.equal(later.refusal?.ending, 'rolled-back');
  }
  assert.deepEqual(rig.mutations(), []);
  assert.equal((await serviceOf(rig)).runningCount, 1);
});

test('a first rollout that fails ends without anything to go back to, and a fixed manifest mends it', async () => {
  const rig = new Rig();
  const bad = simpleManifest({ image: { uri: 'example.com/crash:1' } });
  const failed = await rig.converge(bad, 120);
  assert.equal(failed.readiness.kind, 'broken');
  assert.equal(failed.readiness.kind === 'broken' && failed.readiness.ending, 'failed');
  const mended = await rig.converge(simpleManifest(), 120);
  assert.equal(mended.readiness.kind, 'ready');
});

test('autoscaling: band, policies and schedules are made once; the count is left to it', async () => {
  const rig = new Rig();
  const scaled = simpleManifest({
    desiredCount: 2,
    autoscaling: {
      minCapacity: 2,
      maxCapacity: 6,
      targets: [{ cpu: 70 }, { memory: 80 }],
      schedules: [],
    },
  });
  await rig.converge(scaled);
  assert.deepEqual(rig.mutations(), [
    'logs:CreateLogGroup',
    'ecs:RegisterTaskDefinition',
    'ecs:CreateService',
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:PutScalingPolicy',
    'application-autoscaling:PutScalingPolicy',
  ]);
  const other = rig.transport();
  await other.call('ecs:UpdateService', { cluster: 'agents', service: 'web', desiredCount: 5 }, options);
  rig.mutations();
  await rig.converge(scaled);
  assert.deepEqual(rig.mutations(), []);
});

test('autoscaling that leaves the manifest is deregistered before the count is set, once', async () => {
  const rig = new Rig();
  await rig.converge(
    simpleManifest({ autoscaling: { minCapacity: 3, maxCapacity: 6, targets: [{ cpu: 70 }] }, desiredCount: 3 }),
  );
  rig.mutations();
  await rig.converge(simpleManifest({ desiredCount: 1 }));
  assert.deepEqual(rig.mutations(), [
    'application-autoscaling:DeregisterScalableTarget',
    'ecs:UpdateService',
    'ecs:TagResource',
  ]);
  assert.equal((await serviceOf(rig)).desiredCount, 1);
});

test('a service that is not ours is not touched until the manifest adopts it', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  const service = await serviceOf(rig);
  const keys = (service.tags ?? []).map((tag) => tag.key ?? '');
  const other = rig.transport();
  await other.call('ecs:UntagResource', { resourceArn: service.serviceArn ?? '', tagKeys: keys }, options);
  rig.mutations();
  const refused = await rig.converge(simpleManifest({ desiredCount: 2 }));
  assert.equal(refused.refusal?.reason, 'NotOurs');
  assert.deepEqual(rig.mutations(), []);
  const adopted = await rig.converge(simpleManifest({}, { annotations: { 'evenkeel.dev/adopt': 'true' } }));
  assert.equal(adopted.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), ['ecs:TagResource']);
});

test('what somebody changed behind our back is set back', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  const original = (await serviceOf(rig)).taskDefinition;
  const other = rig.transport();
  const registered = await other.call(
    'ecs:RegisterTaskDefinition',
    {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'example.com/other:2' }],
    },
    options,
  );
  await other.call(
    'ecs:UpdateService',
    {
      cluster: 'agents',
      service: 'web',
      desiredCount: 4,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn ?? '',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-z'], securityGroups: ['sg-z'] } },
    },
    options,
  );
  rig.mutations();
  const healed = await rig.converge(simpleManifest());
  assert.equal(healed.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), ['ecs:UpdateService']);
  const service = await serviceOf(rig);
  assert.equal(service.taskDefinition, original);
  assert.equal(service.desiredCount, 1);
  assert.deepEqual(service.networkConfiguration?.awsvpcConfiguration?.subnets?.toSorted(), ['subnet-a', 'subnet-b']);
});

test('a removal marks the service and takes away the scalable target, the tasks, the service and its revisions, in this order', async () => {
  const rig = new Rig();
  const manifest = simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 3, targets: [{ cpu: 70 }] } });
  await rig.converge(manifest);
  rig.mutations();
  const removed = await rig.removeAll(manifest);
  assert.equal(removed.readiness.kind, 'ready');
  assert.deepEqual(rig.mutations(), [
    'ecs:TagResource',
    'application-autoscaling:DeregisterScalableTarget',
    'ecs:UpdateService',
    'ecs:DeleteService',
    'ecs:DeregisterTaskDefinition',
  ]);
});

test('a removal leaves alone a service that is not ours, and one that took the name since', async () => {
  const rig = new Rig();
  const manifest = simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 3, targets: [{ cpu: 70 }] } });
  await rig.converge(manifest);
  const service = await serviceOf(rig);
  rig.mutations();
  const other = await rig.remove(manifest, { arn: service.serviceArn ?? '', createdAt: '2020-01-01T00:00:00.000Z' });
  assert.equal(other.refusal?.reason, 'IncarnationUnknown');
  const keys = (service.tags ?? []).map((tag) => tag.key ?? '');
  const person = rig.transport();
  await person.call('ecs:UntagResource', { resourceArn: service.serviceArn ?? '', tagKeys: keys }, options);
  rig.mutations();
  const foreign = await rig.remove(manifest);
  assert.equal(foreign.refusal?.reason, 'NotOurs');
  assert.deepEqual(rig.mutations(), []);
});

test('observe mode and suspension report differences and write nothing', async () => {
  const rig = new Rig();
  await rig.converge(simpleManifest());
  rig.mutations();
  const observed = await rig.converge(simpleManifest({ mode: 'observe', desiredCount: 3 }));
  assert.equal(observed.refusal?.reason, 'Observed');
  assert.ok(observed.remaining.some((difference) => difference.path === 'desiredCount'));
  const suspended = await rig.converge(
    simpleManifest({ desiredCount: 3 }, { annotations: { 'evenkeel.dev/suspend': 'true' } }),
  );
  assert.equal(suspended.refusal?.reason, 'Suspended');
  assert.deepEqual(rig.mutations(), []);
});

test('credentials of another account are refused before the first write', async () => {
  const rig = new Rig();
  const refused = await rig.converge(
    simpleManifest({
      account: '999999999999',
      executionRoleArn: 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole',
    }),
  );
  assert.equal(refused.refusal?.reason, 'AccountMismatch');
  assert.deepEqual(rig.mutations(), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateServiceInput } from '../../src/aws/operations.ts';
import type { Fault, FaultWhen } from '../../src/sandbox/faults/fault-rule.ts';
import { FaultFixture } from './faults-fixture.ts';

const MINUTE_MS = 60_000;
const BREAKER = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };
const CHECKED = {
  family: 'checked',
  containerDefinitions: [
    {
      name: 'web',
      image: 'registry.example/web:1',
      portMappings: [{ containerPort: 8000 }],
      healthCheck: { command: ['CMD', 'true'], interval: 10, retries: 3, startPeriod: 20 },
    },
  ],
};
const TARGET_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

/** A service that is made while the fault is ordered, some minutes later. */
async function suffering(
  fault: Fault,
  {
    when = {},
    service = {},
    minutes = 10,
  }: { when?: FaultWhen; service?: Partial<CreateServiceInput>; minutes?: number } = {},
): Promise<FaultFixture> {
  const sandbox = new FaultFixture();
  sandbox.order(fault, when);
  await sandbox.create(service);
  await sandbox.clock.advance(minutes * MINUTE_MS);
  return sandbox;
}

test('FLT-17: tasks exit with the code, soon after they run, until the circuit breaker ends it', async () => {
  const sandbox = await suffering({ kind: 'crash-loop', exitCode: 137, afterMs: 5_000 }, { service: BREAKER });
  const service = await sandbox.service();
  assert.equal(service?.deployments?.[0]?.rolloutState, 'FAILED');
  const tasks = (await sandbox.tasks()).filter(({ stopCode }) => stopCode === 'EssentialContainerExited');
  assert.ok(tasks.length >= 3);
  for (const task of tasks) {
    assert.equal(task.containers?.[0]?.exitCode, 137);
    assert.equal((task.stoppingAt?.getTime() ?? 0) - (task.startedAt?.getTime() ?? 0), 5_000);
  }
  assert.ok(tasks.length <= (sandbox.world.faults.injected.get('crash-loop') ?? 0));
});

test('FLT-17: only tasks that fit crash: by image, by family, by service, so many times', async () => {
  const table: readonly (readonly [FaultWhen, boolean])[] = [
    [{ images: ['registry.example/web:*'] }, true],
    [{ images: ['registry.example/web:2'] }, false],
    [{ securityGroups: ['sg-*'] }, true],
    [{ securityGroups: ['sg-b'] }, false],
    [{ families: ['web'] }, true],
    [{ families: ['other'] }, false],
    [{ services: ['main/web'] }, true],
    [{ services: ['other'] }, false],
    [{ times: 2 }, false],
  ];
  for (const [when, fails] of table) {
    const sandbox = await suffering({ kind: 'crash-loop' }, { when, service: BREAKER });
    const state = (await sandbox.service())?.deployments?.[0]?.rolloutState;
    assert.equal(state, fails ? 'FAILED' : 'COMPLETED', JSON.stringify(when));
  }
});

test('FLT-17: a task that was healthy before it crashed is replaced and is no failure of its deployment', async () => {
  const fault: Fault = { kind: 'crash-loop', afterMs: 5 * MINUTE_MS };
  const sandbox = await suffering(fault, { service: BREAKER, minutes: 5 });
  for (let minute = 0; minute < 30; minute++) {
    const [deployment] = (await sandbox.after(MINUTE_MS)).deployments ?? [];
    assert.deepEqual([deployment?.rolloutState, deployment?.failedTasks], ['COMPLETED', 0]);
  }
  assert.ok((await sandbox.tasks()).length >= 6);
});

test('FLT-18: a task stays PENDING for so much longer', async () => {
  const sandbox = await suffering({ kind: 'slow-start', ms: 20 * MINUTE_MS }, { minutes: 20 });
  const [task] = await sandbox.tasks('RUNNING');
  assert.equal(task?.lastStatus, 'PENDING');
  assert.equal((await sandbox.after(5 * MINUTE_MS)).deployments?.[0]?.rolloutState, 'COMPLETED');
});

test('FLT-18: a task that is stopped while it starts slowly never runs', async () => {
  const sandbox = await suffering({ kind: 'slow-start', ms: 20 * MINUTE_MS });
  await sandbox.update({ desiredCount: 0 });
  await sandbox.clock.advance(60 * MINUTE_MS);
  for (const task of await sandbox.tasks()) assert.equal(task.startedAt, undefined);
  assert.equal((await sandbox.service())?.runningCount, 0);
});

test('FLT-19: ECS replaces a task whose container health check fails, and the breaker counts it', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'never-healthy' });
  await sandbox.create({ taskDefinition: await sandbox.register(CHECKED), ...BREAKER });
  await sandbox.clock.advance(15 * MINUTE_MS);
  const tasks = await sandbox.tasks();
  assert.ok(tasks.length >= 3);
  const failed = tasks.filter(({ stoppedReason }) => stoppedReason === 'Task failed container health checks');
  assert.ok(failed.length >= 3);
  for (const task of failed) {
    assert.equal(task.healthStatus, 'UNHEALTHY');
    assert.equal((task.stoppingAt?.getTime() ?? 0) - (task.startedAt?.getTime() ?? 0), 50_000);
  }
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'FAILED');
  assert.ok(
    (await sandbox.events()).some((text) => /^\(task [0-9a-f]+\) failed container health checks\.$/.test(text)),
  );
});

test('FLT-19: behind a load balancer the target never is healthy, and the task is stopped for it', async () => {
  const loadBalancers = [{ targetGroupArn: TARGET_GROUP, containerName: 'web', containerPort: 8000 }];
  const service = { loadBalancers, healthCheckGracePeriodSeconds: 30 };
  const sandbox = await suffering({ kind: 'never-healthy' }, { service, minutes: 1 });
  const { TargetHealthDescriptions: targets } = await sandbox.send<{
    TargetHealthDescriptions: readonly { readonly TargetHealth: { readonly State: string } }[];
  }>('elbv2:DescribeTargetHealth', { TargetGroupArn: TARGET_GROUP });
  assert.deepEqual(
    targets.map(({ TargetHealth }) => TargetHealth.State),
    ['initial', 'initial'],
  );
  await sandbox.clock.advance(2 * MINUTE_MS);
  const [task] = await sandbox.tasks();
  assert.equal(task?.stoppedReason, `Task failed ELB health checks in (target-group ${TARGET_GROUP})`);
  assert.equal((task?.stoppingAt?.getTime() ?? 0) - (task?.startedAt?.getTime() ?? 0), 90_000);
  const unhealthy = `(port 8000) is unhealthy in (target-group ${TARGET_GROUP}) due to (reason Health checks failed).`;
  assert.ok((await sandbox.events()).includes(unhealthy));
});

test('FLT-19: a task without any check runs, and its rollout never completes', async () => {
  const sandbox = await suffering({ kind: 'never-healthy' }, { minutes: 120 });
  const service = await sandbox.service();
  assert.deepEqual([service?.runningCount, service?.deployments?.[0]?.rolloutState], [2, 'IN_PROGRESS']);
});

test('FLT-20: a task that cannot pull its image does not start', async () => {
  const sandbox = await suffering({ kind: 'no-image' }, { service: BREAKER });
  const [task] = await sandbox.tasks();
  assert.equal(task?.stopCode, 'TaskFailedToStart');
  assert.match(task?.stoppedReason ?? '', /^CannotPullContainerError: .*registry\.example\/web:1: not found$/);
  assert.equal(task?.containers?.[0]?.exitCode, undefined);
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'FAILED');
});

test('FLT-21: without capacity no task starts, the events say so once, and it goes on when there is some', async () => {
  const sandbox = await suffering(
    { kind: 'capacity-shortage' },
    { when: { until: 120 * MINUTE_MS }, service: BREAKER, minutes: 119 },
  );
  const short = await sandbox.service();
  assert.deepEqual([short?.runningCount, short?.pendingCount, short?.deployments?.[0]?.failedTasks], [0, 0, 0]);
  assert.deepEqual(await sandbox.events(), [
    'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a ' +
      'different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  ]);
  assert.ok((sandbox.world.faults.injected.get('capacity-shortage') ?? 0) > 200);
  assert.equal((await sandbox.after(10 * MINUTE_MS)).deployments?.[0]?.rolloutState, 'COMPLETED');
});

test('FLT-21: other reasons have their own words, and the running tasks of a rollout stay', async () => {
  const sandbox = new FaultFixture();
  await sandbox.create();
  await sandbox.clock.advance(10 * MINUTE_MS);
  const rule = sandbox.order({ kind: 'capacity-shortage', reason: 'vcpu-quota' });
  await sandbox.update({ forceNewDeployment: true });
  const service = await sandbox.after(60 * MINUTE_MS);
  assert.equal(service.runningCount, 2);
  assert.ok(rule.struck > 50 && rule.struck < 130, `${rule.struck}`);
  assert.match((await sandbox.events()).at(-1) ?? '', /limit on the number of vCPUs/);
  rule.lift();
  assert.equal((await sandbox.after(15 * MINUTE_MS)).deployments?.length, 1);
});

test('FLT-21: whatever wakes the scheduler, it attempts no more often', async () => {
  const sandbox = await suffering({ kind: 'capacity-shortage' }, { minutes: 1 });
  for (let count = 3; count < 23; count++) {
    await sandbox.update({ desiredCount: count });
    await sandbox.clock.advance(1_000);
  }
  const before = sandbox.world.faults.injected.get('capacity-shortage') ?? 0;
  await sandbox.after(30 * MINUTE_MS);
  const attempts = (sandbox.world.faults.injected.get('capacity-shortage') ?? 0) - before;
  assert.ok(attempts >= 55 && attempts <= 62, `${attempts}`);
});

test('FLT-22: a deleted service drains for longer', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'slow-drain', ms: 60 * MINUTE_MS });
  await sandbox.create({ desiredCount: 0 });
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web' });
  assert.equal((await sandbox.after(60 * MINUTE_MS)).status, 'DRAINING');
  assert.equal((await sandbox.after(MINUTE_MS)).status, 'INACTIVE');
});

const SCALED = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/main/web',
  ScalableDimension: 'ecs:service:DesiredCount',
  MinCapacity: 2,
  MaxCapacity: 6,
};

test('FLT-23: autoscaling moves the count at its times, inside the band, and says whose call it was', async () => {
  const sandbox = new FaultFixture();
  sandbox.world.faults.order({
    id: 'scaling',
    fault: { kind: 'autoscaling-acts', at: [10 * MINUTE_MS, '2026-01-01T00:20:00Z', 30 * MINUTE_MS], to: [4, 9, 6] },
  });
  await sandbox.create();
  await sandbox.create({ serviceName: 'unscaled' });
  await sandbox.send('application-autoscaling:RegisterScalableTarget', SCALED);
  assert.equal((await sandbox.after(10 * MINUTE_MS)).desiredCount, 4);
  assert.equal((await sandbox.after(10 * MINUTE_MS)).desiredCount, 6);
  assert.equal((await sandbox.after(60 * MINUTE_MS)).runningCount, 6);
  const acts = sandbox.world.log.filter(({ rule }) => rule === 'scaling');
  assert.deepEqual(
    acts.map(({ operation, input }) => [operation, input]),
    [4, 6].map((desiredCount) => ['ecs:UpdateService', { cluster: 'main', service: 'web', desiredCount }]),
  );
  assert.equal(sandbox.truth('unscaled'), 2);
});

test('FLT-23: without counts it draws them from the band, again and again until it is lifted', async () => {
  const sandbox = new FaultFixture();
  await sandbox.create();
  await sandbox.send('application-autoscaling:RegisterScalableTarget', SCALED);
  const rule = sandbox.order({ kind: 'autoscaling-acts', everyMs: MINUTE_MS });
  const counts = new Set<number>();
  for (let minute = 0; minute < 60; minute++) counts.add((await sandbox.after(MINUTE_MS)).desiredCount ?? -1);
  assert.deepEqual(
    [...counts].toSorted((a, b) => a - b),
    [2, 3, 4, 5, 6],
  );
  rule.lift();
  const struck = rule.struck;
  await sandbox.after(60 * MINUTE_MS);
  assert.equal(rule.struck, struck);
});

test('FLT-24: somebody else edits a service at a time', async () => {
  const sandbox = new FaultFixture();
  await sandbox.create({
    tags: [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ],
  });
  const at = [5 * MINUTE_MS];
  const when = { services: ['web'] };
  sandbox.order({ kind: 'foreign-edit', operation: 'ecs:UpdateService', input: { desiredCount: 7 }, at }, when);
  sandbox.order({ kind: 'foreign-edit', operation: 'ecs:UntagResource', input: { tagKeys: ['a'] }, at }, when);
  sandbox.order({
    kind: 'foreign-edit',
    operation: 'ecs:TagResource',
    input: { tags: [{ key: 'c', value: '3' }] },
    at,
  });
  sandbox.order({
    kind: 'foreign-edit',
    operation: 'ecs:RegisterTaskDefinition',
    input: { cpu: '512', memory: '1024' },
    at,
  });
  sandbox.order({ kind: 'foreign-edit', operation: 'ecs:DeleteService', input: { force: true }, at }, when).lift();
  assert.equal((await sandbox.after(5 * MINUTE_MS - 1)).desiredCount, 2);
  const service = await sandbox.after(1);
  assert.deepEqual([service.desiredCount, service.status], [7, 'ACTIVE']);
  assert.deepEqual(
    service.tags?.map(({ key }) => key),
    ['b', 'c'],
  );
  const { taskDefinition } = await sandbox.send<{ taskDefinition: { revision: number; cpu: string } }>(
    'ecs:DescribeTaskDefinition',
    { taskDefinition: 'web' },
  );
  assert.deepEqual([taskDefinition.revision, taskDefinition.cpu], [2, '512']);
  assert.equal(sandbox.world.calls.get('ecs:UpdateService'), undefined);
  assert.ok(sandbox.world.log.slice(2).every(({ rule, outcome }) => rule !== undefined && outcome === 'done'));
});

test('FLT-24: an edit without times comes between what was read and what is written', async () => {
  const sandbox = new FaultFixture();
  await sandbox.create();
  const edit: Fault = { kind: 'foreign-edit', operation: 'ecs:UpdateService', input: { desiredCount: 7 } };
  sandbox.order(edit, { services: ['web'], times: 1 });
  assert.equal((await sandbox.service())?.desiredCount, 2);
  const updated = await sandbox.update({ enableExecuteCommand: true });
  assert.deepEqual([updated.desiredCount, updated['enableExecuteCommand']], [7, true]);
  assert.deepEqual(
    sandbox.world.log.slice(2).map(({ rule }) => rule),
    ['foreign-edit-1', undefined],
  );
  await sandbox.update({ desiredCount: 1 });
  assert.equal(sandbox.truth(), 1);
});

test('FLT-24: where the rule names reads, the edit follows the answer', async () => {
  const sandbox = new FaultFixture();
  await sandbox.create();
  sandbox.order(
    { kind: 'foreign-edit', operation: 'ecs:DeleteService', input: { force: true } },
    {
      operations: ['ecs:DescribeServices'],
      nth: 2,
    },
  );
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
  assert.equal((await sandbox.service())?.status, 'DRAINING');
});

test('FLT-24: another registers the family right before; one that finds nothing to edit does not strike', async () => {
  const sandbox = new FaultFixture();
  const rule = sandbox.order(
    { kind: 'foreign-edit', operation: 'ecs:RegisterTaskDefinition', input: { cpu: '512', memory: '1024' } },
    { operations: ['ecs:RegisterTaskDefinition'] },
  );
  assert.match(await sandbox.register(), /web:1$/);
  assert.equal(rule.struck, 0);
  assert.match(await sandbox.register(), /web:3$/);
  assert.equal(rule.struck, 1);
  const [edit] = sandbox.world.log.filter((call) => call.rule === rule.id);
  const members = Object.keys(edit?.input as object).toSorted();
  assert.ok(members.includes('containerDefinitions') && !members.includes('registeredAt'), members.join());
  const { faults } = sandbox.world;
  faults.order({ fault: { kind: 'foreign-edit', operation: 'ecs:UpdateService', input: { service: 5 }, at: [0] } });
  await sandbox.create();
  assert.equal((await sandbox.after(MINUTE_MS)).status, 'ACTIVE');
});

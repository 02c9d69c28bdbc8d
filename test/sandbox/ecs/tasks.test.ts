import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EcsTask } from '../../../src/aws/operations.ts';
import { Fixture } from '../sandbox-fixture.ts';

const MINUTE = 60_000;
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const BALANCER = { targetGroupArn: GROUP, containerName: 'web', containerPort: 8000 };
const LOGGED = {
  executionRoleArn: 'arn:aws:iam::123456789012:role/x',
  containerDefinitions: [
    {
      name: 'web',
      image: 'web:1',
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'ecs' },
      },
    },
  ],
};

async function tasks(sandbox: Fixture, desiredStatus = 'RUNNING'): Promise<readonly EcsTask[]> {
  const listed = await sandbox.send<{ taskArns: string[] }>('ecs:ListTasks', {
    cluster: 'main',
    serviceName: 'web',
    desiredStatus,
  });
  if (listed.taskArns.length === 0) return [];
  const input = { cluster: 'main', tasks: listed.taskArns };
  return (await sandbox.send<{ tasks: EcsTask[] }>('ecs:DescribeTasks', input)).tasks;
}

test('ECS-T2: a task is PROVISIONING, PENDING, RUNNING, and belongs to its deployment', async () => {
  const sandbox = new Fixture({
    schedulerDelayMs: [1000, 1000],
    provisioningMs: [5000, 5000],
    pendingMs: [15_000, 15_000],
  });
  const { deployments } = await sandbox.create({ desiredCount: 1 });
  const seen: (string | undefined)[] = [];
  for (const ms of [1000, 5000, 15_000]) {
    await sandbox.clock.advance(ms);
    seen.push((await tasks(sandbox))[0]?.lastStatus);
  }
  assert.deepEqual(seen, ['PROVISIONING', 'PENDING', 'RUNNING']);
  const [task] = await tasks(sandbox);
  assert.equal(task?.startedBy, deployments?.[0]?.id);
  assert.equal(task?.group, 'service:web');
  assert.equal(task?.startedAt?.getTime(), sandbox.clock.now());
  assert.equal(task?.containers?.[0]?.lastStatus, 'RUNNING');
});

test('ECS-T3: a stopped task says why, with the exit code of its containers, for an hour', async () => {
  const sandbox = new Fixture();
  const taskDefinition = await sandbox.register({}, 'crash:1');
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
  await sandbox.create({ taskDefinition, desiredCount: 1, deploymentConfiguration });
  await sandbox.clock.advance(10 * MINUTE);
  const task = (await tasks(sandbox, 'STOPPED'))[0]!;
  assert.equal(task?.lastStatus, 'STOPPED');
  assert.equal(task?.stopCode, 'EssentialContainerExited');
  assert.equal(task?.stoppedReason, 'Essential container in task exited');
  assert.equal(task?.containers?.[0]?.exitCode, 1);
  assert.ok(task.startedAt!.getTime() < task.stoppedAt!.getTime());
  await sandbox.clock.advance(60 * MINUTE);
  assert.deepEqual(await tasks(sandbox, 'STOPPED'), []);
});

test('ECS-T3: a task that is stopped before it runs never runs', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(10_000);
  await sandbox.update({ desiredCount: 0 });
  await sandbox.clock.advance(10 * MINUTE);
  const stopped = await tasks(sandbox, 'STOPPED');
  assert.deepEqual(
    stopped.map((task) => [task.lastStatus, task.startedAt, task.containers?.[0]?.exitCode]),
    [
      ['STOPPED', undefined, undefined],
      ['STOPPED', undefined, undefined],
    ],
  );
});

test('ECS-T4: a task whose log group is missing does not start', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ taskDefinition: await sandbox.register(LOGGED), desiredCount: 1 });
  await sandbox.clock.advance(MINUTE);
  const [failed] = await tasks(sandbox, 'STOPPED');
  assert.equal(failed?.stopCode, 'TaskFailedToStart');
  assert.match(failed?.stoppedReason ?? '', /^ResourceInitializationError: .*The specified log group does not exist/);
  assert.equal(failed?.containers?.[0]?.exitCode, undefined);
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/ecs/web' });
  await sandbox.clock.advance(10 * MINUTE);
  const [deployment] = (await sandbox.service())?.deployments ?? [];
  assert.deepEqual([deployment?.rolloutState, deployment?.failedTasks], ['COMPLETED', 0]);
});

test('LOG-5: what a container prints is in the stream its definition names, also after the task is forgotten', async () => {
  const sandbox = new Fixture();
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/ecs/web' });
  await sandbox.create({ taskDefinition: await sandbox.register(LOGGED), desiredCount: 1 });
  await sandbox.clock.advance(MINUTE);
  const id = (await tasks(sandbox))[0]?.taskArn?.split('/').at(-1);
  await sandbox.update({ desiredCount: 0 });
  await sandbox.clock.advance(120 * MINUTE);
  type Output = { events: { message: string; timestamp: number }[] };
  const stream = { logGroupName: '/ecs/web', logStreamName: `ecs/web/${id}`, startFromHead: true };
  const { events } = await sandbox.send<Output>('logs:GetLogEvents', stream);
  assert.match(events[0]?.message ?? '', /Started server process/);
  assert.match(events.at(-1)?.message ?? '', /Finished server process/);
  const filtered = await sandbox.send<Output>('logs:FilterLogEvents', {
    logGroupName: '/ecs/web',
    filterPattern: 'Shutting',
  });
  assert.equal(filtered.events.length, 1);
  const streams = await sandbox.send<{ logStreams: object[] }>('logs:DescribeLogStreams', { logGroupName: '/ecs/web' });
  assert.equal(streams.logStreams.length, 1);
});

test('ECS-T5: tasks behind a load balancer are registered, and drain before they stop', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ loadBalancers: [BALANCER], desiredCount: 1 });
  await sandbox.clock.advance(10 * MINUTE);
  type Health = { TargetHealthDescriptions: { TargetHealth: { State: string } }[] };
  const states = async (): Promise<string[]> =>
    (await sandbox.send<Health>('elbv2:DescribeTargetHealth', { TargetGroupArn: GROUP })).TargetHealthDescriptions.map(
      ({ TargetHealth }) => TargetHealth.State,
    );
  assert.deepEqual(await states(), ['healthy']);
  await sandbox.update({ forceNewDeployment: true });
  await sandbox.clock.advance(2 * MINUTE);
  assert.deepEqual((await states()).toSorted(), ['draining', 'healthy']);
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'IN_PROGRESS');
  await sandbox.clock.advance(10 * MINUTE);
  assert.deepEqual(await states(), ['healthy']);
  const events = await sandbox.events();
  assert.ok(events.includes(`registered 1 targets in (target-group ${GROUP})`));
  assert.ok(events.includes(`deregistered 1 targets in (target-group ${GROUP})`));
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'COMPLETED');
});

test('ECS-T6: a task with a container health check is HEALTHY after its first check', async () => {
  const sandbox = new Fixture();
  const containerDefinitions = [
    { name: 'web', image: 'web:1', healthCheck: { command: ['CMD', 'true'], interval: 20 } },
  ];
  await sandbox.create({ taskDefinition: await sandbox.register({ containerDefinitions }), desiredCount: 1 });
  await sandbox.clock.advance(35_000);
  assert.equal((await tasks(sandbox))[0]?.healthStatus, 'UNKNOWN');
  await sandbox.clock.advance(20_000);
  assert.equal((await tasks(sandbox))[0]?.healthStatus, 'HEALTHY');
});

test('ECS-T7: tasks of no cluster are failures, and a foreign service cannot be listed', async () => {
  const sandbox = new Fixture();
  const { failures } = await sandbox.send<{ failures: object[] }>('ecs:DescribeTasks', {
    cluster: 'main',
    tasks: ['x'],
  });
  assert.deepEqual(failures, [{ arn: 'arn:aws:ecs:us-east-1:123456789012:task/main/x', reason: 'MISSING' }]);
  await assert.rejects(sandbox.send('ecs:ListTasks', { cluster: 'main', serviceName: 'none' }), {
    code: 'ServiceNotFoundException',
  });
});

test('ECS-R5: a service without container instances places nothing and says so', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ launchType: 'EC2' });
  await sandbox.clock.advance(MINUTE);
  assert.match((await sandbox.events()).at(-1) ?? '', /no container instance met all of its requirements/);
});

test('ECS-R6: a deployment that its limits forbid says so and does not move', async () => {
  const sandbox = new Fixture();
  const deploymentConfiguration = { maximumPercent: 150, minimumHealthyPercent: 100 };
  await sandbox.create({ desiredCount: 1, deploymentConfiguration });
  await sandbox.clock.advance(10 * MINUTE);
  await sandbox.update({ forceNewDeployment: true });
  await sandbox.clock.advance(60 * MINUTE);
  assert.match((await sandbox.events()).at(-1) ?? '', /because of the service deployment configuration/);
  const service = await sandbox.service();
  assert.deepEqual(
    service?.deployments?.map(({ runningCount }) => runningCount),
    [0, 1],
  );
});

test('ECS-E1: events are the newest hundred, newest first, and an idle service repeats that it is steady', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(10 * MINUTE);
  const before = (await sandbox.service())?.events?.length ?? 0;
  await sandbox.clock.advance(6 * 60 * MINUTE);
  assert.equal((await sandbox.service())?.events?.length, before + 1);
  for (let turn = 0; turn < 60; turn++) {
    await sandbox.update({ desiredCount: turn % 2 });
    await sandbox.clock.advance(10 * MINUTE);
  }
  const events = (await sandbox.service())?.events ?? [];
  assert.equal(events.length, 100);
  const times = events.map(({ createdAt }) => createdAt!.getTime());
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  assert.equal(new Set(events.map(({ id }) => id)).size, 100);
});

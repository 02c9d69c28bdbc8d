import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fixture } from '../sandbox-fixture.ts';

const TEN_MINUTES = 600_000;
const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } };

test('ECS-R1: a new service rolls out over time and reaches a steady state', async () => {
  const sandbox = new Fixture();
  const created = await sandbox.create();
  assert.equal(created.deployments?.[0]?.desiredCount, 0);
  await sandbox.clock.advance(10_000);
  const starting = await sandbox.service();
  assert.deepEqual([starting?.pendingCount, starting?.runningCount], [2, 0]);
  await sandbox.clock.advance(TEN_MINUTES);
  const done = await sandbox.service();
  assert.deepEqual([done?.runningCount, done?.deployments?.[0]?.rolloutState], [2, 'COMPLETED']);
  const id = done?.deployments?.[0]?.id;
  assert.deepEqual((await sandbox.events()).slice(-2), [
    `(deployment ${id}) deployment completed.`,
    'has reached a steady state.',
  ]);
});

test('ECS-R2: a new task definition replaces all tasks, never fewer healthy ones than the minimum', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(TEN_MINUTES);
  const updated = await sandbox.update({ taskDefinition: await sandbox.register() });
  assert.deepEqual(
    updated.deployments?.map(({ status, desiredCount }) => [status, desiredCount]),
    [
      ['PRIMARY', 0],
      ['ACTIVE', 2],
    ],
  );
  for (let second = 0; second < 300; second++) {
    await sandbox.clock.advance(1000);
    const now = await sandbox.service();
    assert.ok((now?.runningCount ?? 0) >= 2, `second ${second}: ${now?.runningCount} running`);
  }
  const done = await sandbox.service();
  assert.equal(done?.deployments?.length, 1);
  assert.equal(done?.deployments?.[0]?.rolloutState, 'COMPLETED');
});

test('ECS-B1: the breaker takes a crashing deployment back to the last completed one, as a new deployment', async () => {
  const sandbox = new Fixture();
  const good = await sandbox.register();
  await sandbox.create({ taskDefinition: good, deploymentConfiguration: BREAKER });
  await sandbox.clock.advance(TEN_MINUTES);
  const goal = (await sandbox.service())?.deployments?.[0]?.id;
  const bad = await sandbox.register({}, 'crash:1');
  const failing = (await sandbox.update({ taskDefinition: bad })).deployments?.[0]?.id;
  await sandbox.clock.advance(TEN_MINUTES);
  const done = await sandbox.service();
  assert.equal(done?.taskDefinition, good);
  assert.equal(done?.deployments?.length, 1);
  assert.equal(done?.deployments?.[0]?.rolloutState, 'COMPLETED');
  assert.ok(![goal, failing].includes(done?.deployments?.[0]?.id));
  const events = await sandbox.events();
  assert.ok(events.includes(`(deployment ${failing}) deployment failed: tasks failed to start.`));
  assert.ok(events.includes(`rolling back to deployment ${goal}.`));
});

test('ECS-B1: a rollback that fails is not rolled back again', async () => {
  const sandbox = new Fixture();
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/ecs/web' });
  const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web' } };
  const good = await sandbox.register({
    executionRoleArn: 'arn:aws:iam::123456789012:role/x',
    containerDefinitions: [{ name: 'web', image: 'web:1', logConfiguration }],
  });
  await sandbox.create({ taskDefinition: good, deploymentConfiguration: BREAKER });
  await sandbox.clock.advance(TEN_MINUTES);
  await sandbox.send('logs:DeleteLogGroup', { logGroupName: '/ecs/web' });
  await sandbox.update({ taskDefinition: await sandbox.register({}, 'crash:1') });
  await sandbox.clock.advance(6 * TEN_MINUTES);
  const service = await sandbox.service();
  assert.deepEqual([service?.taskDefinition, service?.deployments?.[0]?.rolloutState], [good, 'FAILED']);
  assert.equal(service?.runningCount, 2, 'the tasks of the last completed deployment are kept');
  const rollbacks = (await sandbox.events()).filter((event) => event.startsWith('rolling back'));
  assert.equal(rollbacks.length, 1);
});

interface Listed {
  readonly serviceDeployments: readonly { readonly status: string; readonly targetServiceRevisionArn: string }[];
}

async function deploymentsOf(sandbox: Fixture, more: object = {}): Promise<Listed['serviceDeployments']> {
  const input = { cluster: 'main', service: 'web', ...more };
  const { serviceDeployments } = await sandbox.send<Listed>('ecs:ListServiceDeployments', input);
  return serviceDeployments.toSorted((a, b) => a.status.localeCompare(b.status));
}

async function revisionsOf(
  sandbox: Fixture,
  deployments: Listed['serviceDeployments'],
): Promise<readonly { readonly taskDefinition: string; readonly networkConfiguration: object }[]> {
  const serviceRevisionArns = deployments.map(({ targetServiceRevisionArn: arn }) => arn);
  const { serviceRevisions } = await sandbox.send<{ serviceRevisions: [] }>('ecs:DescribeServiceRevisions', {
    serviceRevisionArns,
  });
  return serviceRevisions;
}

test('ECS-B5: a deployment that went back is remembered with what it was to bring', async () => {
  const sandbox = new Fixture();
  const good = await sandbox.register();
  await sandbox.create({ taskDefinition: good, deploymentConfiguration: BREAKER });
  await sandbox.clock.advance(TEN_MINUTES);
  assert.deepEqual(
    (await deploymentsOf(sandbox)).map(({ status }) => status),
    ['SUCCESSFUL'],
  );
  const bad = await sandbox.register({}, 'crash:1');
  const awsvpcConfiguration = { subnets: ['subnet-b'], securityGroups: ['sg-b'], assignPublicIp: 'DISABLED' };
  const networkConfiguration = { awsvpcConfiguration };
  await sandbox.update({ taskDefinition: bad, networkConfiguration });
  const during = new Set<string>();
  for (let second = 0; second < 600; second++) {
    await sandbox.clock.advance(1000);
    for (const { status } of await deploymentsOf(sandbox)) during.add(status);
  }
  assert.deepEqual([...during].sort(), ['IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  const after = await deploymentsOf(sandbox);
  assert.deepEqual(
    after.map(({ status }) => status),
    ['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL'],
  );
  assert.deepEqual(
    (await revisionsOf(sandbox, after)).map(({ taskDefinition }) => taskDefinition),
    [bad, good],
  );
  const [failed] = await revisionsOf(sandbox, after.slice(0, 1));
  assert.deepEqual(failed?.networkConfiguration, networkConfiguration);
  assert.equal((await deploymentsOf(sandbox, { status: ['SUCCESSFUL'] })).length, 1);
});

test('ECS-B5: one that another takes the place of is stopped; unknown names are refused', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.update({ taskDefinition: await sandbox.register() });
  assert.deepEqual(
    (await deploymentsOf(sandbox)).map(({ status }) => status),
    ['IN_PROGRESS', 'STOPPED'],
  );
  const unknown = { cluster: 'main', service: 'other' };
  await assert.rejects(sandbox.send('ecs:ListServiceDeployments', unknown), { code: 'ServiceNotFoundException' });
  const arn = 'arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/1';
  const answer = await sandbox.send('ecs:DescribeServiceRevisions', { serviceRevisionArns: [arn] });
  assert.deepEqual(answer, { serviceRevisions: [], failures: [{ arn, reason: 'MISSING' }] });
  const many = { serviceRevisionArns: Array.from({ length: 21 }, () => arn) };
  await assert.rejects(sandbox.send('ecs:DescribeServiceRevisions', many), { code: 'InvalidParameterException' });
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web', force: true });
  await sandbox.clock.advance(TEN_MINUTES);
  const gone = { cluster: 'main', service: 'web' };
  await assert.rejects(sandbox.send('ecs:ListServiceDeployments', gone), { code: 'ServiceNotFoundException' });
});

test('ECS-B4: a crashing image never counts as healthy, however short its health check', async () => {
  const sandbox = new Fixture({ crashAfterMs: [9_000, 9_000] });
  const healthCheck = { command: ['CMD', 'true'], interval: 5, timeout: 2 };
  const taskDefinition = await sandbox.register({
    containerDefinitions: [{ name: 'web', image: 'crash:1', healthCheck }],
  });
  await sandbox.create({ taskDefinition, deploymentConfiguration: BREAKER });
  await sandbox.clock.advance(TEN_MINUTES);
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'FAILED');
});

test('ECS-B2: the breaker leaves a first deployment FAILED, without tasks', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ taskDefinition: await sandbox.register({}, 'crash:1'), deploymentConfiguration: BREAKER });
  await sandbox.clock.advance(TEN_MINUTES);
  const done = await sandbox.service();
  assert.equal(done?.deployments?.[0]?.rolloutState, 'FAILED');
  assert.deepEqual([done?.runningCount, done?.pendingCount], [0, 0]);
});

test('ECS-B3: without a breaker a crashing deployment is tried for ever, ever more slowly', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ taskDefinition: await sandbox.register({}, 'crash:1') });
  await sandbox.clock.advance(60 * 60_000);
  const service = await sandbox.service();
  assert.equal(service?.deployments?.[0]?.rolloutState, 'IN_PROGRESS');
  assert.ok((service?.deployments?.[0]?.failedTasks ?? 0) > 4);
  const events = await sandbox.events();
  assert.ok(events.some((event) => event.startsWith('is unable to consistently start tasks successfully.')));
  const starts = events.filter((event) => event.startsWith('has started')).length;
  assert.ok(starts < 20, `${starts} starts in an hour`);
});

test('ECS-T1: a task that dies after the deployment completed is replaced, and the deployment stays COMPLETED', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(TEN_MINUTES);
  const { taskArns } = await sandbox.send<{ taskArns: string[] }>('ecs:ListTasks', { cluster: 'main' });
  await sandbox.send('ecs:StopTask', { cluster: 'main', task: taskArns[0] });
  await sandbox.clock.advance(5_000);
  assert.equal((await sandbox.service())?.runningCount, 1);
  await sandbox.clock.advance(TEN_MINUTES);
  const done = await sandbox.service();
  assert.deepEqual([done?.runningCount, done?.deployments?.[0]?.rolloutState], [2, 'COMPLETED']);
});

test('ECS-D1: deleting drains, hides from the list, and at last forgets', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(TEN_MINUTES);
  await assert.rejects(sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web' }), {
    code: 'InvalidParameterException',
  });
  await sandbox.update({ desiredCount: 0 });
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web' });
  assert.equal((await sandbox.service())?.status, 'DRAINING');
  const list = await sandbox.send<{ serviceArns: string[] }>('ecs:ListServices', { cluster: 'main' });
  assert.deepEqual(list.serviceArns, []);
  await assert.rejects(sandbox.create(), { message: 'Unable to Start a service that is still Draining.' });
  await sandbox.clock.advance(120_000);
  const gone = await sandbox.service();
  assert.deepEqual([gone?.status, gone?.deployments], ['INACTIVE', []]);
  await sandbox.clock.advance(60 * 60_000);
  assert.equal(await sandbox.service(), undefined);
});

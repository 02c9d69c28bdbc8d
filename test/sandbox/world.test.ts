import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { Fixture, NEVER } from './sandbox-fixture.ts';

test('W-3: what a caller does with its input or an answer does not reach the world', async () => {
  const sandbox = new Fixture();
  const tags = [{ key: 'a', value: '1' }];
  const created = await sandbox.create({ tags });
  tags[0]!.value = 'changed';
  (created.events as unknown[]).push('mine');
  (created.deploymentConfiguration as { maximumPercent: number }).maximumPercent = 7;
  const read = await sandbox.service();
  assert.deepEqual(read?.tags, [{ key: 'a', value: '1' }]);
  assert.equal(read?.deploymentConfiguration?.maximumPercent, 200);
  assert.deepEqual(read?.events, []);
});

test('W-4: the log holds every mutating call in order, with its outcome, and no reads', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.service();
  await assert.rejects(sandbox.update({ desiredCount: -1 }));
  assert.deepEqual(
    sandbox.world.log.map(({ operation, outcome }) => [operation, outcome]),
    [
      ['ecs:RegisterTaskDefinition', 'done'],
      ['ecs:CreateService', 'done'],
      ['ecs:UpdateService', 'InvalidParameterException'],
    ],
  );
  const [, created] = sandbox.world.log;
  assert.deepEqual([created?.at, created?.region], [sandbox.clock.now(), 'us-east-1']);
  assert.match(JSON.stringify(created?.input), /"serviceName":"web"/);
  assert.equal(sandbox.world.calls.get('ecs:DescribeServices'), 1);
});

test('W-5: calls beyond the quota are throttled without effect, and not when throttling is off', async () => {
  const throttling = new Fixture();
  const register = async (sandbox: Fixture): Promise<void> => {
    for (let index = 0; index < 21; index++) await sandbox.register();
  };
  await assert.rejects(register(throttling), { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 });
  await throttling.clock.advance(1000);
  assert.match(await throttling.register(), /web:21$/);
  await register(new Fixture({ throttling: false }));
});

test('W-6: a call takes as long as the world says, and gives up when its signal aborts', async () => {
  const sandbox = new Fixture({ latencyMs: 100 });
  let answered = false;
  const call = sandbox.service().then(() => {
    answered = true;
  });
  await sandbox.clock.advance(99);
  assert.equal(answered, false);
  await sandbox.clock.advance(1);
  await call;
  const abort = new AbortController();
  const input = { cluster: 'main', services: ['web'] };
  const given = sandbox.aws.call('ecs:DescribeServices', input, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await assert.rejects(given, { message: 'enough' });
});

test('W-7: the same seed and the same calls give the same world', async () => {
  const live = async (seed: number): Promise<unknown> => {
    const sandbox = new Fixture({}, seed);
    await sandbox.create({ desiredCount: 3 });
    await sandbox.clock.advance(600_000);
    return await sandbox.service();
  };
  assert.deepEqual(await live(5), await live(5));
  assert.notDeepEqual(await live(5), await live(6));
});

test('W-8: speed divides the life of tasks', async () => {
  const sandbox = new Fixture({ speed: 100 });
  await sandbox.create();
  await sandbox.clock.advance(2_000);
  assert.equal((await sandbox.service())?.deployments?.[0]?.rolloutState, 'COMPLETED');
});

test('W-9: at any speed a crash loop lets time pass', { timeout: 20_000 }, async () => {
  const sandbox = new Fixture({ speed: 1e9 });
  await sandbox.create({ taskDefinition: await sandbox.register({}, 'crash:1') });
  await sandbox.clock.advance(1_000);
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
});

test('W-10: setting the clock of the machine does not move AWS', async () => {
  const sandbox = new Fixture();
  const created = await sandbox.create();
  sandbox.clock.jump(86_400_000);
  const service = await sandbox.service();
  assert.equal(service?.runningCount, 0);
  assert.deepEqual(service?.createdAt, created.createdAt);
});

test('W-11: regions and accounts are apart; an unknown operation is refused', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  const elsewhere = [
    new SandboxTransport(sandbox.world, 'eu-west-1'),
    new SandboxTransport(sandbox.world, 'us-east-1', { account: '210987654321', arn: 'arn:x', userId: 'x' }),
  ];
  for (const transport of elsewhere) {
    const input = { cluster: 'main', services: ['web'] };
    const { failures } = await transport.call('ecs:DescribeServices', input, { signal: NEVER });
    assert.equal(failures?.[0]?.reason, 'MISSING');
  }
  await assert.rejects(sandbox.send('ecs:Dance'), { code: 'UnknownOperationException' });
  await assert.rejects(sandbox.send('ecs:StopServiceDeployment'), { code: 'ClientException' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsFault } from '../../src/aws/errors.ts';
import type { CallFault } from '../../src/sandbox/faults/fault-rule.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { FaultFixture } from './faults-fixture.ts';
import { NEVER } from './sandbox-fixture.ts';

/** A service of two tasks. */
async function running(faults?: ConstructorParameters<typeof FaultFixture>[1]): Promise<FaultFixture> {
  const sandbox = new FaultFixture({}, faults);
  await sandbox.create();
  return sandbox;
}

const UPDATES = { operations: ['ecs:UpdateService'] };

test('FLT-1: a rule strikes only what fits every member of its when', async () => {
  const sandbox = await running();
  await sandbox.create({ serviceName: 'other' });
  const fits = async (when: object): Promise<boolean> => {
    const rule = sandbox.order({ kind: 'throttle' }, when);
    const code = await sandbox.outcome(sandbox.update({ desiredCount: 2, taskDefinition: 'web' }));
    rule.lift();
    return code !== 'done';
  };
  const table: readonly (readonly [object, boolean])[] = [
    [{}, true],
    [{ operations: ['ecs:Update*'] }, true],
    [{ operations: ['*:UpdateService', 'ecr:*'] }, true],
    [{ operations: ['ecs:Describe*'] }, false],
    [{ services: ['web'] }, true],
    [{ services: ['main/w*'] }, true],
    [{ services: ['other/web'] }, false],
    [{ services: ['we'] }, false],
    [{ families: ['web'] }, true],
    [{ families: ['worker'] }, false],
    [{ services: ['web'], families: ['worker'] }, false],
    [{ regions: ['us-*'] }, true],
    [{ regions: ['eu-*'] }, false],
    [{ images: ['*'] }, false],
    [{ from: 1 }, false],
    [{ until: 0 }, false],
    [{ from: 0, until: 1 }, true],
    [{ from: '2026-01-01T00:00:00Z' }, true],
    [{ from: '2026-01-01T00:00:01Z' }, false],
    [{ nth: 2 }, false],
    [{ probability: 0 }, false],
    [{ probability: 1 }, true],
  ];
  for (const [when, expected] of table) assert.equal(await fits(when), expected, JSON.stringify(when));
  const batch = sandbox.order({ kind: 'throttle' }, { services: ['other'] });
  const both = { cluster: 'main', services: ['web', 'other'] };
  assert.equal(await sandbox.outcome(sandbox.send('ecs:DescribeServices', both)), 'ThrottlingException');
  assert.equal((await sandbox.listed()).length, 2);
  assert.equal(batch.struck, 1);
});

test('FLT-1: nth, every and times count what fits', async () => {
  const struck = async (when: object): Promise<string> => {
    const sandbox = await running();
    sandbox.order({ kind: 'throttle' }, { ...UPDATES, ...when });
    let pattern = '';
    for (let index = 0; index < 6; index++) {
      await sandbox.service();
      pattern += (await sandbox.outcome(sandbox.update({}))) === 'done' ? '.' : 'x';
    }
    return pattern;
  };
  assert.equal(await struck({ nth: 3 }), '..x...');
  assert.equal(await struck({ nth: [1, 4] }), 'x..x..');
  assert.equal(await struck({ every: 2 }), '.x.x.x');
  assert.equal(await struck({ times: 2 }), 'xx....');
  assert.equal(await struck({ every: 2, times: 2 }), '.x.x..');
});

test('FLT-1: a rule about images strikes what registers them', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'throttle' }, { images: ['*/bad:*'] });
  assert.equal(await sandbox.outcome(sandbox.register({}, 'registry.example/bad:1')), 'ThrottlingException');
  assert.equal(await sandbox.outcome(sandbox.register({}, 'registry.example/good:1')), 'done');
});

test('FLT-2: delays add up, and the first rule that ends the call is the last that is asked', async () => {
  const sandbox = await running();
  const [, , first, second] = [
    sandbox.order({ kind: 'latency', ms: 100 }, UPDATES),
    sandbox.order({ kind: 'latency', ms: 200 }, UPDATES),
    sandbox.order({ kind: 'access-denied' }, UPDATES),
    sandbox.order({ kind: 'throttle' }, UPDATES),
  ];
  const call = sandbox.outcome(sandbox.update({ desiredCount: 5 }));
  let ended = false;
  void call.then(() => {
    ended = true;
  });
  await sandbox.clock.advance(299);
  assert.equal(ended, false);
  await sandbox.clock.advance(1);
  assert.equal(await call, 'AccessDeniedException');
  assert.deepEqual([first?.struck, second?.struck], [1, 0]);
});

/** What 40 updates meet, in a world where one in three is throttled. */
async function met(seed: number, before: readonly CallFault[] = []): Promise<string> {
  const sandbox = await running({ seed });
  for (const fault of before) sandbox.order(fault, { ...UPDATES, probability: 0.5 });
  sandbox.world.faults.order({ id: 'a', when: { ...UPDATES, probability: 0.33 }, fault: { kind: 'throttle' } });
  let pattern = '';
  for (let index = 0; index < 40; index++) {
    const code = await sandbox.outcome(sandbox.update({}));
    pattern += code === 'ThrottlingException' ? 'x' : '.';
  }
  return pattern;
}

test('FLT-3: the same seed draws the same faults, another seed others, and a further rule shifts none', async () => {
  const first = await met(1);
  assert.equal(await met(1), first);
  assert.notEqual(await met(2), first);
  const strikes = first.replaceAll('.', '').length;
  assert.ok(strikes > 5 && strikes < 25, first);
  assert.equal(await met(1, [{ kind: 'not-visible', ms: 1 }]), first);
});

test('FLT-3: rules that are alike but for their ids draw apart', async () => {
  const sandbox = await running();
  const draws = ['a', 'b'].map((id) => {
    return sandbox.world.faults.order({ id, when: { probability: 0.5 }, fault: { kind: 'latency', ms: 0 } });
  });
  const patterns = ['', ''];
  for (let index = 0; index < 30; index++) {
    const before = draws.map(({ struck }) => struck);
    await sandbox.service();
    for (const which of [0, 1]) patterns[which] += draws[which]!.struck > before[which]! ? 'x' : '.';
  }
  assert.notEqual(patterns[0], patterns[1]);
});

test('FLT-4: without a rule that strikes, the world is the same to the last id', async () => {
  const life = async (faults: boolean): Promise<unknown> => {
    const sandbox = await running();
    if (faults) {
      const rules: readonly CallFault[] = [
        { kind: 'throttle' },
        { kind: 'latency', ms: 5 },
        { kind: 'stale', lagMs: 9 },
      ];
      for (const fault of rules) sandbox.order(fault, { services: ['nobody'], probability: 0.5 });
      sandbox.order({ kind: 'crash-loop' }, { services: ['nobody'] });
      sandbox.world.faults.clear();
    }
    await sandbox.clock.advance(300_000);
    return [await sandbox.service(), await sandbox.tasks('RUNNING'), sandbox.world.log];
  };
  assert.deepEqual(await life(true), await life(false));
  const quiet = await running();
  assert.equal(quiet.world.faults.sparesCalls, true);
  assert.equal(quiet.world.faults.injected.size, 0);
});

test('FLT-4: what strikes is counted by kind; a rule that is lifted strikes no more, and a name is free again', async () => {
  const sandbox = await running();
  const { faults } = sandbox.world;
  const rule = faults.order({ id: 'mine', when: UPDATES, fault: { kind: 'throttle' } });
  assert.throws(
    () => faults.order({ id: 'mine', fault: { kind: 'throttle' } }),
    /there is a fault rule 'mine' already/,
  );
  await sandbox.outcome(sandbox.update({}));
  await sandbox.outcome(sandbox.update({}));
  rule.lift();
  rule.lift();
  assert.equal(await sandbox.outcome(sandbox.update({})), 'done');
  assert.equal(rule.struck, 2);
  faults.order({ id: 'mine', fault: { kind: 'access-denied' } });
  await sandbox.outcome(sandbox.update({}));
  faults.clear();
  assert.equal(await sandbox.outcome(sandbox.update({})), 'done');
  assert.deepEqual(
    [...faults.injected],
    [
      ['throttle', 2],
      ['access-denied', 1],
    ],
  );
});

test('FLT-5: a throttled call is refused, logged and counted, and nothing happens', async () => {
  const sandbox = await running();
  const rule = sandbox.order({ kind: 'throttle' }, UPDATES);
  await assert.rejects(sandbox.update({ desiredCount: 5 }), {
    code: 'ThrottlingException',
    message: 'Rate exceeded',
    status: 400,
  });
  assert.equal(sandbox.truth(), 2);
  assert.equal(sandbox.world.log.at(-1)?.outcome, 'ThrottlingException');
  assert.equal(sandbox.world.calls.get('ecs:UpdateService'), 1);
  rule.lift();
  sandbox.order({ kind: 'throttle', code: 'TooManyRequestsException', status: 429, message: 'slower' }, UPDATES);
  await assert.rejects(sandbox.update({}), { code: 'TooManyRequestsException', message: 'slower', status: 429 });
});

const SERVER_ERRORS: readonly (readonly [string, string])[] = [
  ['ecs:ListClusters', 'ServerException'],
  ['ecr:DescribeRepositories', 'ServerException'],
  ['logs:DescribeLogGroups', 'ServiceUnavailableException'],
  ['application-autoscaling:DescribeScalableTargets', 'InternalServiceException'],
  ['elbv2:DescribeTargetGroups', 'InternalFailure'],
];
for (const [operation, code] of SERVER_ERRORS) {
  test(`FLT-6: ${operation} fails as ${code}`, async () => {
    const sandbox = new FaultFixture();
    sandbox.order({ kind: 'server-error', status: 503 });
    await assert.rejects(sandbox.send(operation, {}), { code, status: 503 });
  });
}

for (const kind of ['server-error', 'html', 'reset'] as const) {
  test(`${kind === 'reset' ? 'FLT-7' : 'FLT-6'}: ${kind} comes without the effect, with it, or before it`, async () => {
    const failing = async (effect: 'none' | 'now' | 'later'): Promise<FaultFixture> => {
      const sandbox = await running();
      sandbox.order({ kind, effect, ...(effect === 'later' ? { delayMs: 5_000 } : {}) }, UPDATES);
      await assert.rejects(sandbox.update({ desiredCount: 5 }), AwsFault);
      return sandbox;
    };
    const never = await failing('none');
    await never.clock.advance(120_000);
    assert.equal(never.truth(), 2);
    const now = await failing('now');
    assert.equal(now.truth(), 5);
    assert.deepEqual(now.done, ['RegisterTaskDefinition', 'CreateService', 'UpdateService']);
    const later = await failing('later');
    await later.clock.advance(4_999);
    assert.equal(later.truth(), 2);
    await later.clock.advance(1);
    assert.equal(later.truth(), 5);
    assert.equal(later.world.log.at(-1)?.at, later.clock.now());
  });
}

test('FLT-6: an error without effect is in the log, with effect the effect is', async () => {
  const sandbox = await running();
  const none = sandbox.order({ kind: 'server-error' }, UPDATES);
  await sandbox.outcome(sandbox.update({}));
  none.lift();
  sandbox.order({ kind: 'server-error', effect: 'now' }, UPDATES);
  await sandbox.outcome(sandbox.update({}));
  const updates = sandbox.world.log.filter(({ operation }) => operation === 'ecs:UpdateService');
  assert.deepEqual(
    updates.map(({ outcome }) => outcome),
    ['ServerException', 'done'],
  );
});

test('FLT-7: a broken connection without effect leaves no trace, and may keep its caller waiting', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'reset', afterMs: 15_000 }, UPDATES);
  const call = sandbox.update({ desiredCount: 5 });
  const rejected = assert.rejects(call, { code: 'ECONNRESET', status: undefined });
  await sandbox.clock.advance(14_999);
  assert.equal(sandbox.clock.sleeping, 1);
  await sandbox.clock.advance(1);
  await rejected;
  assert.equal(sandbox.world.calls.get('ecs:UpdateService'), undefined);
  assert.equal(sandbox.world.log.length, 2);
});

test('FLT-7: a late effect lands in its own time among what others did, and may then be refused', async () => {
  const sandbox = await running();
  const rule = sandbox.order({ kind: 'reset', effect: 'later', delayMs: 10_000 }, UPDATES);
  await sandbox.outcome(sandbox.update({ desiredCount: 7 }));
  rule.lift();
  await sandbox.clock.advance(5_000);
  await sandbox.update({ desiredCount: 3 });
  assert.equal(sandbox.truth(), 3);
  await sandbox.clock.advance(3_600_000);
  assert.equal(sandbox.truth(), 7);
  const { startedAt } = { startedAt: Date.UTC(2026, 0, 1) };
  assert.equal(sandbox.world.log.at(-1)?.at, startedAt + 10_000);
  const again = sandbox.order({ kind: 'reset', effect: 'later', delayMs: 600_000 }, UPDATES);
  await sandbox.outcome(sandbox.update({ desiredCount: 9 }));
  again.lift();
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web', force: true });
  await sandbox.clock.advance(900_000);
  sandbox.world.catchUp();
  assert.equal(sandbox.world.log.at(-1)?.outcome, 'ServiceNotActiveException');
});

test('FLT-7: the delay of a late effect begins when the answer is lost', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'latency', ms: 3_000 }, UPDATES);
  sandbox.order({ kind: 'reset', effect: 'later', delayMs: 10_000 }, UPDATES);
  const began = sandbox.clock.now();
  const outcome = sandbox.outcome(sandbox.update({ desiredCount: 7 }));
  await sandbox.clock.advance(3_000);
  assert.equal(await outcome, 'ECONNRESET');
  await sandbox.clock.advance(60_000);
  sandbox.world.catchUp();
  assert.equal(sandbox.world.log.at(-1)?.at, began + 13_000);
});

test('FLT-8: a page instead of an answer', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'html' });
  await assert.rejects(sandbox.update({}), { code: 'SyntaxError', status: 503, message: /^<html>/ });
});

test('FLT-9: a duplicate takes effect twice and answers as AWS does the second time', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'duplicate' });
  assert.match(await sandbox.register(), /web:2$/);
  const created = await sandbox.create({ taskDefinition: 'web' });
  assert.equal(created.status, 'ACTIVE');
  const creations = sandbox.world.log.filter(({ operation }) => operation === 'ecs:CreateService');
  assert.deepEqual(
    creations.map(({ outcome }) => outcome),
    ['done', 'done'],
  );
  const once = sandbox.send('logs:CreateLogGroup', { logGroupName: '/a' });
  assert.equal(await sandbox.outcome(once), 'ResourceAlreadyExistsException');
  await sandbox.service();
  assert.equal(sandbox.world.calls.get('ecs:DescribeServices'), 1);
});

test('FLT-10: a stale read sees how everything was so long ago, and nothing is kept without such a rule', async () => {
  const sandbox = await running();
  const rule = sandbox.order({ kind: 'stale', lagMs: 5_000 });
  await sandbox.clock.advance(60_000);
  await sandbox.update({ desiredCount: 5 });
  await sandbox.create({ serviceName: 'other' });
  assert.equal((await sandbox.service())?.desiredCount, 2);
  assert.equal(await sandbox.service('other'), undefined);
  assert.deepEqual(await sandbox.listed(), ['web']);
  await sandbox.clock.advance(4_999);
  assert.equal((await sandbox.service())?.desiredCount, 2);
  await sandbox.clock.advance(1);
  assert.equal((await sandbox.service())?.desiredCount, 5);
  assert.equal((await sandbox.listed()).length, 2);
  await sandbox.update({ desiredCount: 8 });
  rule.lift();
  assert.equal((await sandbox.service())?.desiredCount, 8);
});

test('FLT-10: a deleted thing is still seen, writes see the truth, and reads of the past change nothing', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'stale', lagMs: 600_000 });
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/a' });
  await sandbox.clock.advance(1_000);
  await sandbox.send('logs:DeleteLogGroup', { logGroupName: '/a' });
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/a' });
  await sandbox.update({ desiredCount: 4 });
  const before = structuredClone(sandbox.world.log);
  for (let index = 0; index < 3; index++) assert.equal((await sandbox.service())?.desiredCount, 2);
  assert.equal(sandbox.truth(), 4);
  assert.deepEqual(sandbox.world.log, before);
});

test('FLT-10: lists and descriptions may disagree, and time goes back unless the rule is monotonic', async () => {
  const seen = async (monotonic: boolean): Promise<readonly number[]> => {
    const sandbox = await running();
    sandbox.order({ kind: 'stale', lagMs: [0, 20_000], monotonic });
    for (let count = 3; count < 20; count++) {
      await sandbox.clock.advance(1_000);
      await sandbox.update({ desiredCount: count });
    }
    const counts: number[] = [];
    for (let index = 0; index < 30; index++) counts.push((await sandbox.service())?.desiredCount ?? 0);
    return counts;
  };
  const wild = await seen(false);
  assert.ok(
    wild.some((count, index) => index > 0 && count < wild[index - 1]!),
    wild.join(),
  );
  const tame = await seen(true);
  assert.ok(
    tame.every((count, index) => index === 0 || count >= tame[index - 1]!),
    tame.join(),
  );
  const sandbox = await running();
  sandbox.order({ kind: 'stale', lagMs: 60_000 }, { operations: ['ecs:List*'] });
  await sandbox.create({ serviceName: 'other' });
  assert.deepEqual(await sandbox.listed(), ['web']);
  assert.equal((await sandbox.service('other'))?.status, 'ACTIVE');
});

test('FLT-10: what tasks do by themselves is seen late too', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'stale', lagMs: 60_000 }, { operations: ['ecs:DescribeServices'] });
  await sandbox.create();
  await sandbox.clock.advance(300_000);
  const steady = await sandbox.service();
  assert.equal(steady?.runningCount, 2);
  await sandbox.update({ desiredCount: 0 });
  assert.equal((await sandbox.after(50_000)).runningCount, 2);
  assert.equal((await sandbox.after(70_000)).runningCount, 0);
});

test('FLT-11: what is created is not seen by reads for a while, but by writes', async () => {
  const sandbox = new FaultFixture();
  sandbox.order({ kind: 'not-visible', ms: 30_000 });
  await sandbox.create();
  await sandbox.send('logs:CreateLogGroup', { logGroupName: '/a' });
  const groups = async (): Promise<number> =>
    (await sandbox.send<{ logGroups: readonly unknown[] }>('logs:DescribeLogGroups')).logGroups.length;
  const definition = (): Promise<string> =>
    sandbox.outcome(sandbox.send('ecs:DescribeTaskDefinition', { taskDefinition: 'web:1' }));
  assert.equal(await sandbox.service(), undefined);
  assert.deepEqual(await sandbox.listed(), []);
  assert.equal(await groups(), 0);
  assert.equal(await definition(), 'ClientException');
  await sandbox.update({ desiredCount: 1 });
  await sandbox.clock.advance(30_000);
  assert.equal((await sandbox.service())?.desiredCount, 1);
  assert.deepEqual(await sandbox.listed(), ['web']);
  assert.equal(await groups(), 1);
  assert.equal(await definition(), 'done');
});

test('FLT-11: an upsert of what is there hides nothing, and of a family only the new revision is hidden', async () => {
  const sandbox = await running();
  const ref = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/main/web',
    ScalableDimension: 'ecs:service:DesiredCount',
  };
  const register = { ...ref, MinCapacity: 1, MaxCapacity: 3 };
  await sandbox.send('application-autoscaling:RegisterScalableTarget', register);
  sandbox.order({ kind: 'not-visible', ms: 30_000 });
  await sandbox.send('application-autoscaling:RegisterScalableTarget', { ...register, MaxCapacity: 4 });
  await sandbox.register();
  const { ScalableTargets } = await sandbox.send<{ ScalableTargets: readonly { MaxCapacity: number }[] }>(
    'application-autoscaling:DescribeScalableTargets',
    { ServiceNamespace: 'ecs' },
  );
  assert.deepEqual(
    ScalableTargets.map(({ MaxCapacity }) => MaxCapacity),
    [4],
  );
  const newest = await sandbox.send<{ taskDefinition: { revision: number } }>('ecs:DescribeTaskDefinition', {
    taskDefinition: 'web',
  });
  assert.equal(newest.taskDefinition.revision, 1);
});

test('FLT-12: a call that is late takes effect late, or not at all when its caller gives up', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'latency', ms: [1_000, 2_000] }, UPDATES);
  const call = sandbox.update({ desiredCount: 5 });
  await sandbox.clock.advance(999);
  assert.equal(sandbox.truth(), 2);
  await sandbox.clock.advance(1_001);
  await call;
  assert.equal(sandbox.truth(), 5);
  const abort = new AbortController();
  const input = { cluster: 'main', service: 'web', desiredCount: 9 };
  const given = sandbox.aws.call('ecs:UpdateService', input, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await assert.rejects(given, { message: 'enough' });
  await sandbox.clock.advance(60_000);
  assert.equal(sandbox.truth(), 5);
});

test('FLT-13: access is denied in the words of IAM, to the one action that is named', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'access-denied' }, { operations: ['ecs:UpdateService', 'elbv2:*'] });
  await assert.rejects(sandbox.update({ desiredCount: 5 }), {
    code: 'AccessDeniedException',
    status: 400,
    message:
      'User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: ecs:UpdateService ' +
      'because no identity-based policy allows the ecs:UpdateService action',
  });
  await assert.rejects(sandbox.send('elbv2:DescribeTargetGroups'), { status: 403, message: /elasticloadbalancing:/ });
  assert.equal((await sandbox.service())?.desiredCount, 2);
});

test('FLT-14: credentials expire, or are revoked', async () => {
  const sandbox = await running();
  const expired = sandbox.order({ kind: 'expired-credentials' });
  await assert.rejects(sandbox.update({}), { code: 'ExpiredTokenException', status: 400 });
  await assert.rejects(sandbox.send('sts:GetCallerIdentity'), { code: 'ExpiredTokenException', status: 403 });
  expired.lift();
  sandbox.order({ kind: 'expired-credentials', reason: 'revoked' });
  await assert.rejects(sandbox.update({}), { code: 'UnrecognizedClientException', status: 400 });
  await assert.rejects(sandbox.send('sts:GetCallerIdentity'), { code: 'InvalidClientTokenId', status: 403 });
});

test('FLT-15: a blackout is of one region and everything in it, and its tasks go on', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'blackout' }, { regions: ['us-east-1'], from: 0, until: 3_600_000 });
  for (const operation of ['ecs:ListClusters', 'logs:DescribeLogGroups', 'sts:GetCallerIdentity']) {
    assert.equal(await sandbox.outcome(sandbox.send(operation)), 'ECONNRESET', operation);
  }
  const elsewhere = new SandboxTransport(sandbox.world, 'eu-west-1');
  await elsewhere.send('ecs:ListClusters', {}, { signal: NEVER });
  await sandbox.clock.advance(3_600_000);
  assert.equal((await sandbox.service())?.runningCount, 2);
});

test('FLT-16: a family that is registered by two at once is refused as a plain ClientException', async () => {
  const sandbox = await running();
  sandbox.order({ kind: 'concurrent-registration' }, { families: ['web'], times: 2 });
  for (let index = 0; index < 2; index++) {
    await assert.rejects(sandbox.register(), {
      code: 'ClientException',
      message: 'Too many concurrent attempts to create a new revision of the specified family.',
    });
    await sandbox.update({});
  }
  assert.match(await sandbox.register(), /web:2$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsFault } from '../../src/aws/errors.ts';
import { afterWindow, gatewayOver, kindIs, numbered } from './gateway-over.ts';

const { signal } = new AbortController();
const taskDefinitionArn = (family: string, revision: number): string =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:${revision}`;

test('25 services of one cluster take three DescribeServices, with tags', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:DescribeServices': ({ services }) => ({ services: services.map((serviceName) => ({ serviceName })) }),
  });
  const all = numbered('s', 25).map((service) =>
    gateway.ecs.describeService({ cluster: 'agents', service }, { signal }),
  );
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(
    found.map((service) => service?.serviceName),
    numbered('s', 25),
  );
  const inputs = transport.inputs('ecs:DescribeServices');
  assert.deepEqual(
    inputs.map((input) => (input['services'] as string[]).length),
    [10, 10, 5],
  );
  assert.ok(inputs.every((input) => input['cluster'] === 'agents'));
  assert.deepEqual(inputs[0]?.['include'], ['TAGS']);
});

test('services of different clusters never share a call', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:DescribeServices': ({ services }) => ({ services: services.map((serviceName) => ({ serviceName })) }),
  });
  const both = ['a', 'b'].map((cluster) => gateway.ecs.describeService({ cluster, service: 'web' }, { signal }));
  await afterWindow(clock, Promise.all(both));
  assert.equal(transport.count('ecs:DescribeServices'), 2);
});

test('a service is absent only when ECS says MISSING, whatever the ARN of the failure looks like', async () => {
  const { gateway, clock } = gatewayOver({
    'ecs:DescribeServices': () => ({
      services: [{ serviceName: 'web2' }],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/web', reason: 'MISSING' }],
    }),
  });
  const found = await afterWindow(clock, gateway.ecs.describeService({ cluster: 'c', service: 'web' }, { signal }));
  assert.equal(found, undefined);
});

for (const [what, answer] of [
  ['an empty answer', {}],
  ['an answer about another service', { services: [{ serviceName: 'web2' }] }],
  ['another failure than MISSING', { failures: [{ arn: 'service/web', reason: 'ACCESS' }] }],
  ['nulls', { services: [null as never], failures: [null as never] }],
] as const) {
  test(`${what} does not make a service absent`, async () => {
    const { gateway, clock } = gatewayOver({ 'ecs:DescribeServices': () => answer });
    const asked = gateway.ecs.describeService({ cluster: 'c', service: 'web' }, { signal });
    await assert.rejects(afterWindow(clock, asked), kindIs('ambiguous'));
  });
}

test('a name that ECS refuses fails alone, not the nine that share its call', async () => {
  const { gateway, clock } = gatewayOver({
    'ecs:DescribeServices': ({ services }) => {
      if (services.includes('b a d')) throw new AwsFault('InvalidParameterException', 'Invalid identifier: b a d');
      return { services: services.map((serviceName) => ({ serviceName })) };
    },
  });
  const names = [...numbered('s', 9), 'b a d'];
  const all = names.map((service) => gateway.ecs.describeService({ cluster: 'c', service }, { signal }));
  const results = await afterWindow(clock, Promise.allSettled(all));
  assert.deepEqual(
    results.map((result) => result.status),
    [...new Array(9).fill('fulfilled'), 'rejected'],
  );
});

test('an unreadable cluster is an error for every service of it', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:DescribeServices': () => {
      throw new AwsFault('AccessDeniedException', 'no');
    },
  });
  const all = numbered('s', 3).map((service) => gateway.ecs.describeService({ cluster: 'c', service }, { signal }));
  const results = await afterWindow(clock, Promise.allSettled(all));
  assert.ok(results.every((result) => result.status === 'rejected' && kindIs('denied')(result.reason)));
  assert.equal(transport.count('ecs:DescribeServices'), 1);
});

test('a revision is asked once, however often and by however many it is wanted', async () => {
  const arn = taskDefinitionArn('web', 3);
  const { gateway, transport } = gatewayOver({
    'ecs:DescribeTaskDefinition': () => ({
      taskDefinition: { taskDefinitionArn: arn },
      tags: [{ key: 'a', value: '1' }],
    }),
  });
  await Promise.all([1, 2, 3].map(() => gateway.ecs.describeRevision(arn, { signal })));
  const revision = await gateway.ecs.describeRevision(arn, { signal });
  assert.deepEqual(revision, { taskDefinition: { taskDefinitionArn: arn }, tags: [{ key: 'a', value: '1' }] });
  assert.deepEqual(transport.inputs('ecs:DescribeTaskDefinition'), [{ taskDefinition: arn, include: ['TAGS'] }]);
});

test('a revision that ECS does not know is undefined, and asked for again', async () => {
  const arn = taskDefinitionArn('web', 3);
  const { gateway, transport } = gatewayOver({
    'ecs:DescribeTaskDefinition': () => {
      throw new AwsFault('ClientException', 'Unable to describe task definition.');
    },
  });
  assert.equal(await gateway.ecs.describeRevision(arn, { signal }), undefined);
  assert.equal(await gateway.ecs.describeRevision(arn, { signal }), undefined);
  assert.equal(transport.count('ecs:DescribeTaskDefinition'), 2);
});

test('a failed read of a revision is not remembered', async () => {
  const arn = taskDefinitionArn('web', 3);
  let failures = 1;
  const { gateway } = gatewayOver({
    'ecs:DescribeTaskDefinition': () => {
      if (failures-- > 0) throw new AwsFault('ServerException', 'oops', { status: 500 });
      return { taskDefinition: { taskDefinitionArn: arn } };
    },
  });
  await assert.rejects(gateway.ecs.describeRevision(arn, { signal }), kindIs('transient'));
  assert.equal((await gateway.ecs.describeRevision(arn, { signal }))?.taskDefinition.taskDefinitionArn, arn);
});

test('one impatient caller does not take the revision away from the other', async () => {
  const arn = taskDefinitionArn('web', 3);
  const answer = Promise.withResolvers<void>();
  let inner: AbortSignal | undefined;
  const { gateway } = gatewayOver({
    'ecs:DescribeTaskDefinition': async (_input, options) => {
      inner = options.signal;
      await answer.promise;
      return { taskDefinition: { taskDefinitionArn: arn } };
    },
  });
  const impatient = new AbortController();
  const first = gateway.ecs.describeRevision(arn, { signal: impatient.signal });
  const second = gateway.ecs.describeRevision(arn, { signal });
  impatient.abort(new Error('enough'));
  await assert.rejects(first, /enough/);
  assert.equal(inner?.aborted, false);
  answer.resolve();
  assert.equal((await second)?.taskDefinition.taskDefinitionArn, arn);
});

test('what was registered need not be read, and its tags follow what is done to them', async () => {
  const arn = taskDefinitionArn('web', 1);
  const { gateway, transport } = gatewayOver({
    'ecs:RegisterTaskDefinition': () => ({ taskDefinition: { taskDefinitionArn: arn } }),
    'ecs:TagResource': () => ({}),
    'ecs:UntagResource': () => ({}),
  });
  const tags = [{ key: 'a', value: '1' }];
  const registered = await gateway.ecs.registerTaskDefinition({ family: 'web', tags }, { signal });
  assert.deepEqual(registered.tags, tags);
  await gateway.ecs.tagResource(
    arn,
    [
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ],
    { signal },
  );
  await gateway.ecs.untagResource(arn, ['a'], { signal });
  assert.deepEqual((await gateway.ecs.describeRevision(arn, { signal }))?.tags, [{ key: 'b', value: '3' }]);
  assert.equal(transport.count('ecs:DescribeTaskDefinition'), 0);
});

test('a write whose effect is unknown, and a refused service, make us read the revision again', async () => {
  const arn = taskDefinitionArn('web', 1);
  const { gateway, transport } = gatewayOver({
    'ecs:DescribeTaskDefinition': () => ({ taskDefinition: { taskDefinitionArn: arn, status: 'INACTIVE' } }),
    'ecs:TagResource': () => {
      throw new AwsFault('ECONNRESET', 'socket hang up');
    },
    'ecs:UpdateService': () => {
      throw new AwsFault('ClientException', 'TaskDefinition is inactive');
    },
  });
  await gateway.ecs.describeRevision(arn, { signal });
  await assert.rejects(gateway.ecs.tagResource(arn, [{ key: 'a' }], { signal }), kindIs('ambiguous'));
  await gateway.ecs.describeRevision(arn, { signal });
  await assert.rejects(
    gateway.ecs.updateService({ service: 'web', taskDefinition: arn }, { signal }),
    kindIs('not-ready'),
  );
  await gateway.ecs.describeRevision(arn, { signal });
  assert.equal(transport.count('ecs:DescribeTaskDefinition'), 3);
});

test('a deregistered revision is read again', async () => {
  const arn = taskDefinitionArn('web', 1);
  const { gateway, transport } = gatewayOver({
    'ecs:DescribeTaskDefinition': () => ({ taskDefinition: { taskDefinitionArn: arn } }),
    'ecs:DeregisterTaskDefinition': () => ({}),
  });
  await gateway.ecs.describeRevision(arn, { signal });
  await gateway.ecs.deregisterTaskDefinition(arn, { signal });
  await gateway.ecs.describeRevision(arn, { signal });
  assert.equal(transport.count('ecs:DescribeTaskDefinition'), 2);
});

test('registrations of one family wait for each other, those of another do not', async () => {
  const gates = new Map<string, PromiseWithResolvers<void>[]>([
    ['a', [Promise.withResolvers(), Promise.withResolvers()]],
    ['b', [Promise.withResolvers()]],
  ]);
  const begun: string[] = [];
  const counts = new Map<string, number>();
  const { gateway } = gatewayOver({
    'ecs:RegisterTaskDefinition': async ({ family = '' }) => {
      const revision = (counts.get(family) ?? 0) + 1;
      counts.set(family, revision);
      begun.push(`${family}:${revision}`);
      await gates.get(family)?.[revision - 1]?.promise;
      return { taskDefinition: { taskDefinitionArn: taskDefinitionArn(family, revision) } };
    },
  });
  const all = ['a', 'a', 'b'].map((family) => gateway.ecs.registerTaskDefinition({ family }, { signal }));
  await new Promise(setImmediate);
  assert.deepEqual(begun.toSorted(), ['a:1', 'b:1']);
  gates.get('a')?.[0]?.resolve();
  await all[0];
  await new Promise(setImmediate);
  assert.deepEqual(begun.toSorted(), ['a:1', 'a:2', 'b:1']);
  gates.get('a')?.[1]?.resolve();
  gates.get('b')?.[0]?.resolve();
  await Promise.all(all);
});

test('a registration without an answer is ambiguous', async () => {
  const { gateway } = gatewayOver({ 'ecs:RegisterTaskDefinition': () => ({}) });
  await assert.rejects(gateway.ecs.registerTaskDefinition({ family: 'web' }, { signal }), kindIs('ambiguous'));
});

test('one or two families are asked for by name, and neighbours with the same beginning do not count', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:ListTaskDefinitions': ({ familyPrefix }) => ({
      taskDefinitionArns: familyPrefix === 'web' ? [taskDefinitionArn('web2', 7)] : [taskDefinitionArn('api', 2)],
    }),
  });
  const both = ['web', 'api'].map((family) => gateway.ecs.hasFamily(family, { signal }));
  assert.deepEqual(await afterWindow(clock, Promise.all(both)), [false, true]);
  assert.equal(transport.count('ecs:ListTaskDefinitions'), 2);
  assert.equal(transport.count('ecs:ListTaskDefinitionFamilies'), 0);
});

test('a hundred families take one page of all names', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:ListTaskDefinitionFamilies': () => ({ families: numbered('f', 50) }),
  });
  const all = numbered('f', 100).map((family) => gateway.ecs.hasFamily(family, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.deepEqual(found, [...new Array(50).fill(true), ...new Array(50).fill(false)]);
  assert.deepEqual(transport.calls, [
    { name: 'ecs:ListTaskDefinitionFamilies', input: { status: 'ACTIVE', maxResults: 100 } },
  ]);
});

test('an account full of other families costs at most two calls a caller, and the next time one', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'ecs:ListTaskDefinitionFamilies': ({ nextToken = '0' }) => ({
      families: nextToken === '1' ? ['f0'] : ['other'],
      nextToken: String(Number(nextToken) + 1),
    }),
    'ecs:ListTaskDefinitions': ({ familyPrefix = '' }) => ({
      taskDefinitionArns: familyPrefix === 'f1' ? [taskDefinitionArn('f1', 1)] : [],
    }),
  });
  const ask = (): Promise<boolean[]> =>
    afterWindow(clock, Promise.all(numbered('f', 5).map((family) => gateway.ecs.hasFamily(family, { signal }))));
  assert.deepEqual(await ask(), [true, true, false, false, false]);
  assert.equal(transport.count('ecs:ListTaskDefinitionFamilies'), 5);
  assert.equal(transport.count('ecs:ListTaskDefinitions'), 4);
  await ask();
  assert.equal(transport.count('ecs:ListTaskDefinitionFamilies'), 5);
});

test('a list without its list is an error, not an empty one', async () => {
  const { gateway, clock } = gatewayOver({ 'ecs:ListTaskDefinitions': () => ({}), 'ecs:ListServices': () => ({}) });
  await assert.rejects(afterWindow(clock, gateway.ecs.hasFamily('web', { signal })), kindIs('transient'));
  await assert.rejects(gateway.ecs.listServices('c', { signal }), kindIs('transient'));
});

test('revisions come newest first, of exactly the family, cut at the limit', async () => {
  const { gateway, transport } = gatewayOver({
    'ecs:ListTaskDefinitions': () => ({
      taskDefinitionArns: [2, 10, 9].map((n) => taskDefinitionArn('web', n)).concat(taskDefinitionArn('web2', 99)),
    }),
  });
  const arns = await gateway.ecs.listRevisions('web', 2, { signal });
  assert.deepEqual(arns, [taskDefinitionArn('web', 10), taskDefinitionArn('web', 9)]);
  const input = { familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 2 };
  assert.deepEqual(transport.inputs('ecs:ListTaskDefinitions'), [input]);
});

test('names of services are gathered over all pages, and endless pages are an error', async () => {
  const { gateway } = gatewayOver({
    'ecs:ListServices': ({ nextToken, cluster }) => ({
      serviceArns: [`arn:aws:ecs:r:1:service/c/s${nextToken ?? 0}`],
      ...(cluster === 'endless' && { nextToken: '49' }),
      ...(cluster === 'c' && nextToken === undefined && { nextToken: '1' }),
    }),
  });
  assert.deepEqual(await gateway.ecs.listServices('c', { signal }), ['s0', 's1']);
  await assert.rejects(gateway.ecs.listServices('endless', { signal }), kindIs('transient', 'EndlessPages'));
});

test('250 tasks are described in three calls; those of other services and those that vanished are left out', async () => {
  const arns = numbered('arn:aws:ecs:r:1:task/c/', 250);
  const { gateway, transport } = gatewayOver({
    'ecs:ListTasks': () => ({ taskArns: arns }),
    'ecs:DescribeTasks': ({ tasks }) => ({
      tasks: tasks.slice(1).map((taskArn, n) => ({ taskArn, group: n === 0 ? 'service:web2' : 'service:web' })),
      failures: [{ arn: tasks[0]!, reason: 'MISSING' }],
    }),
  });
  const tasks = await gateway.ecs.listTasks({ cluster: 'c', service: 'web' }, 'STOPPED', { signal });
  assert.equal(tasks.length, 250 - 3 - 3);
  assert.equal(transport.count('ecs:DescribeTasks'), 3);
  const input = { cluster: 'c', serviceName: 'web', desiredStatus: 'STOPPED', maxResults: 100 };
  assert.deepEqual(transport.inputs('ecs:ListTasks'), [input]);
});

test('tasks that the answer is silent about are an error', async () => {
  const { gateway } = gatewayOver({
    'ecs:ListTasks': () => ({ taskArns: ['a', 'b'] }),
    'ecs:DescribeTasks': () => ({ tasks: [{ taskArn: 'a' }] }),
  });
  const listed = gateway.ecs.listTasks({ cluster: 'c', service: 'web' }, 'RUNNING', { signal });
  await assert.rejects(listed, kindIs('transient'));
});

test('disposing rejects the reads that still wait', async () => {
  const { gateway, transport, clock } = gatewayOver({});
  const asked = gateway.ecs.describeService({ cluster: 'c', service: 'web' }, { signal });
  gateway[Symbol.dispose]();
  await assert.rejects(asked, /closed/);
  await clock.advance(1000);
  assert.equal(transport.calls.length, 0);
  assert.equal(clock.sleeping, 0);
});

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeServicesCommand, ECSClient, ListClustersCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Fault } from '../../src/sandbox/faults/fault-rule.ts';
import { type SandboxServer, startSandboxServer } from '../../src/sandbox/http.ts';
import { FaultFixture } from './faults-fixture.ts';
import { NEVER, REGION } from './sandbox-fixture.ts';

const sandbox = new FaultFixture();
const { faults } = sandbox.world;
let server: SandboxServer;
let config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
};

before(async () => {
  server = await startSandboxServer({ world: sandbox.world, port: 0, signal: NEVER });
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  config = { endpoint: server.url, region: REGION, credentials, maxAttempts: 1 };
  await sandbox.create();
});
afterEach(() => faults.clear());
after(() => server.close());

/** What a client that never retries throws for a failing UpdateService. */
const FAILURES: readonly (readonly [Fault, object])[] = [
  [{ kind: 'throttle' }, { name: 'ThrottlingException', message: 'Rate exceeded' }],
  [{ kind: 'server-error' }, { name: 'ServerException', $fault: 'server' }],
  [
    { kind: 'server-error', effect: 'now', status: 503 },
    { name: 'ServerException', $fault: 'server' },
  ],
  [{ kind: 'reset' }, { code: 'ECONNRESET' }],
  [{ kind: 'blackout' }, { code: 'ECONNRESET' }],
  [{ kind: 'expired-credentials' }, { name: 'ExpiredTokenException' }],
  [{ kind: 'expired-credentials', reason: 'revoked' }, { name: 'UnrecognizedClientException' }],
  [
    { kind: 'access-denied' },
    { name: 'AccessDeniedException', message: /is not authorized to perform: ecs:UpdateService/ },
  ],
];
for (const [fault, expected] of FAILURES) {
  test(`FLT-27: the ECS client sees ${JSON.stringify(fault)} as ${JSON.stringify(expected)}`, async () => {
    sandbox.order(fault);
    const ecs = new ECSClient(config);
    const before = sandbox.truth();
    const desiredCount = (before ?? 0) + 1;
    await assert.rejects(
      ecs.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount })),
      expected,
    );
    const took = 'effect' in fault && fault.effect === 'now';
    assert.equal(sandbox.truth(), took ? desiredCount : before);
    ecs.destroy();
  });
}

test('FLT-27: a page instead of JSON is an error with its status, and no answer is made of it', async () => {
  sandbox.order({ kind: 'html' });
  const raw = await fetch(server.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' },
    body: '{}',
  });
  assert.deepEqual([raw.status, raw.headers.get('content-type')], [503, 'text/html']);
  assert.match(await raw.text(), /^<html>/);
  await assert.rejects(new ECSClient(config).send(new ListClustersCommand({})), (thrown: Error) => {
    const { httpStatusCode, requestId } = (thrown as Error & { $metadata: Record<string, unknown> }).$metadata;
    assert.deepEqual([thrown.name, httpStatusCode, requestId], ['SyntaxError', 503, undefined]);
    return true;
  });
});

test('FLT-27: clients of the Query protocol see its own names', async () => {
  const elb = new ElasticLoadBalancingV2Client(config);
  const describe = (): Promise<unknown> => elb.send(new DescribeTargetGroupsCommand({}));
  const identify = (): Promise<unknown> => new STSClient(config).send(new GetCallerIdentityCommand({}));
  const throttling = sandbox.order({ kind: 'throttle' });
  await assert.rejects(describe(), { name: 'Throttling', message: 'Rate exceeded' });
  throttling.lift();
  const denied = sandbox.order({ kind: 'access-denied' });
  await assert.rejects(describe(), { name: 'AccessDenied' });
  denied.lift();
  const expired = sandbox.order({ kind: 'expired-credentials' });
  await assert.rejects(identify(), /expired/);
  expired.lift();
  sandbox.order({ kind: 'reset' });
  await assert.rejects(identify(), { code: 'ECONNRESET' });
});

test('FLT-27: the SDK repeats a throttled call, and a stale answer is an answer like any other', async () => {
  const throttle = sandbox.order({ kind: 'throttle' }, { times: 1 });
  const ecs = new ECSClient({ ...config, maxAttempts: 2 });
  const update = { cluster: 'main', service: 'web', desiredCount: 20 };
  await ecs.send(new UpdateServiceCommand(update));
  assert.equal(throttle.struck, 1);
  sandbox.order({ kind: 'stale', lagMs: 60_000 });
  await ecs.send(new UpdateServiceCommand({ ...update, desiredCount: 21 }));
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'main', services: ['web'] }));
  assert.deepEqual([services?.[0]?.desiredCount, sandbox.truth()], [20, 21]);
  ecs.destroy();
});

test('FLT-26: calls to DynamoDB are throttled, fail with or without their effect, and break off', async () => {
  const dynamo = new DynamoDBClient(config);
  const TableName = 'leases';
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const put = (id: string): Promise<unknown> => dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
  const has = async (id: string): Promise<boolean> =>
    (await dynamo.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item !== undefined;
  const writes = { operations: ['dynamodb:PutItem'] };
  const table: readonly (readonly [Fault, object, boolean])[] = [
    [
      { kind: 'throttle', code: 'ProvisionedThroughputExceededException' },
      { name: 'ProvisionedThroughputExceededException' },
      false,
    ],
    [{ kind: 'server-error' }, { name: 'InternalServerError' }, false],
    [{ kind: 'server-error', effect: 'now' }, { name: 'InternalServerError' }, true],
    [{ kind: 'reset', effect: 'now' }, { code: 'ECONNRESET' }, true],
    [{ kind: 'access-denied' }, { name: 'AccessDeniedException' }, false],
  ];
  for (const [index, [fault, expected, took]] of table.entries()) {
    const rule = sandbox.order(fault, writes);
    await assert.rejects(put(`${index}`), expected);
    assert.equal(await has(`${index}`), took, JSON.stringify(fault));
    rule.lift();
  }
  const late = sandbox.order({ kind: 'reset', effect: 'later', delayMs: 5_000 }, writes);
  await assert.rejects(put('late'), { code: 'ECONNRESET' });
  late.lift();
  assert.equal(await has('late'), false);
  await sandbox.clock.advance(5_000);
  const twice = sandbox.order({ kind: 'duplicate' }, writes);
  await put('twice');
  twice.lift();
  assert.equal(await has('twice'), true);
  assert.equal(await has('late'), true);
  sandbox.order({ kind: 'blackout' }, { regions: [REGION] });
  await assert.rejects(put('never'), { code: 'ECONNRESET' });
  dynamo.destroy();
});

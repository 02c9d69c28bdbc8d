import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  paginateListServices,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { seededRandom } from '../../src/lib/random.ts';
import { type SandboxServer, startSandboxServer } from '../../src/sandbox/http.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { FakeClock } from '../support/fake-clock.ts';

const clock = new FakeClock();
const stop = new AbortController();
let server: SandboxServer;
let config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
};

before(async () => {
  const world = new SandboxWorld({ clock, random: seededRandom(1), options: { throttling: false } });
  server = await startSandboxServer({ world, port: 0, signal: stop.signal });
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' };
  config = { endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 };
});
after(() => server.close());

const TASK_DEFINITION = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [{ name: 'web', image: 'web:1', portMappings: [{ containerPort: 80 }] }],
} as const;
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'] } };

test('the ECS client creates, pages, describes with dates, and sees errors by name', async () => {
  const ecs = new ECSClient(config);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...TASK_DEFINITION,
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [...TASK_DEFINITION.containerDefinitions] as never,
    }),
  );
  for (let index = 0; index < 12; index++) {
    const input = { cluster: 'many', serviceName: `web-${index}`, taskDefinition: 'web', desiredCount: 0 };
    await ecs.send(new CreateServiceCommand({ ...input, launchType: 'FARGATE', networkConfiguration: NETWORK }));
  }
  const listed: string[] = [];
  for await (const page of paginateListServices({ client: ecs }, { cluster: 'many' }))
    listed.push(...(page.serviceArns ?? []));
  assert.equal(new Set(listed).size, 12);
  const described = await ecs.send(new DescribeServicesCommand({ cluster: 'many', services: ['web-1', 'none'] }));
  assert.deepEqual(described.services?.[0]?.createdAt, new Date(clock.now()));
  assert.equal(described.failures?.[0]?.reason, 'MISSING');
  const again = new CreateServiceCommand({
    cluster: 'many',
    serviceName: 'web-1',
    taskDefinition: 'web',
    desiredCount: 5,
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
  });
  await assert.rejects(ecs.send(again), {
    name: 'InvalidParameterException',
    message: 'Creation of service was not idempotent.',
  });
  const { serviceDeployments } = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster: 'many', service: 'web-1' }),
  );
  const [deployment] = serviceDeployments ?? [];
  assert.ok(deployment?.createdAt instanceof Date);
  const serviceRevisionArns = [deployment.targetServiceRevisionArn ?? ''];
  const { serviceRevisions } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns }));
  assert.match(serviceRevisions?.[0]?.taskDefinition ?? '', /task-definition\/web:1$/);
  const stop = new StopServiceDeploymentCommand({ serviceDeploymentArn: deployment.serviceDeploymentArn });
  await assert.rejects(ecs.send(stop), { name: 'ClientException' });
});

test('HTTP-4: regions are apart from each other', async () => {
  const ecs = new ECSClient({ ...config, region: 'us-west-2' });
  const described = await ecs.send(new DescribeServicesCommand({ cluster: 'many', services: ['web-1'] }));
  assert.equal(described.failures?.[0]?.arn, 'arn:aws:ecs:us-west-2:123456789012:service/many/web-1');
});

test('the Application Auto Scaling client registers, puts and describes, dates both ways', async () => {
  const scaling = new ApplicationAutoScalingClient(config);
  const ref = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/many/web-1',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await scaling.send(new RegisterScalableTargetCommand({ ...ref, MinCapacity: 1, MaxCapacity: 3 }));
  const targets = await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  assert.deepEqual(targets.ScalableTargets?.[0]?.CreationTime, new Date(clock.now()));
  const StartTime = new Date(Date.UTC(2026, 5, 1));
  await scaling.send(
    new PutScheduledActionCommand({
      ...ref,
      ScheduledActionName: 'night',
      Schedule: 'rate(1 day)',
      StartTime,
      ScalableTargetAction: { MinCapacity: 0 },
    }),
  );
  const actions = await scaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace: 'ecs' }));
  assert.deepEqual(actions.ScheduledActions?.[0]?.StartTime, StartTime);
  const missing = new PutScalingPolicyCommand({
    ...ref,
    ResourceId: 'service/many/web-2',
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
  });
  await assert.rejects(scaling.send(missing), {
    name: 'ObjectNotFoundException',
    message: /^No scalable target registered/,
  });
});

test('the CloudWatch Logs client creates and pages', async () => {
  const logs = new CloudWatchLogsClient(config);
  for (const name of ['/a', '/b', '/c'])
    await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags: { team: 'x' } }));
  const names: (string | undefined)[] = [];
  for await (const page of paginateDescribeLogGroups({ client: logs, pageSize: 2 }, {})) {
    names.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
  }
  assert.deepEqual(names, ['/a', '/b', '/c']);
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName: '/a' })), {
    name: 'ResourceAlreadyExistsException',
  });
});

test('the ECR client creates, pushes and reads images', async () => {
  const ecr = new ECRClient(config);
  const repositoryName = 'team/web';
  const created = await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
  assert.equal(created.repository?.repositoryUri, '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/web');
  const put = (imageManifest: string) =>
    ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' }));
  await put('{"schemaVersion":2}');
  await assert.rejects(put('{"schemaVersion":2,"x":1}'), { name: 'ImageTagAlreadyExistsException' });
  const got = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1' }, { imageTag: '2' }] }),
  );
  assert.equal(got.images?.[0]?.imageManifest, '{"schemaVersion":2}');
  assert.equal(got.failures?.[0]?.failureCode, 'ImageNotFound');
  const token = await ecr.send(new GetAuthorizationTokenCommand({}));
  assert.deepEqual(token.authorizationData?.[0]?.expiresAt, new Date(clock.now() + 12 * 3_600_000));
});

test('the Elastic Load Balancing client, in XML, creates, describes and sees errors by name', async () => {
  const elb = new ElasticLoadBalancingV2Client(config);
  const balancer = await elb.send(new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['subnet-a', 'subnet-b'] }));
  const LoadBalancerArn = balancer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const group = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Port: 8000,
      Protocol: 'HTTP',
      TargetType: 'ip',
      Tags: [{ Key: 'a&b', Value: '<c>' }],
    }),
  );
  const TargetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  const described = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }));
  assert.equal(described.TargetGroups?.[0]?.Port, 8000);
  assert.deepEqual(described.TargetGroups?.[0]?.LoadBalancerArns, [LoadBalancerArn]);
  const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [TargetGroupArn] }));
  assert.deepEqual(tags.TagDescriptions?.[0]?.Tags, [{ Key: 'a&b', Value: '<c>' }]);
  const none = new DescribeTargetGroupsCommand({
    TargetGroupArns: ['arn:aws:elasticloadbalancing:eu-west-1:999999999999:targetgroup/x/1'],
  });
  await assert.rejects(elb.send(none), { name: 'TargetGroupNotFoundException' });
});

test('STS-1: whoever assumes a role is that role, in the account of the role', async () => {
  const sts = new STSClient(config);
  const identity = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, '123456789012');
  const RoleArn = 'arn:aws:iam::210987654321:role/deployer';
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'evenkeel' }));
  assert.deepEqual(Credentials?.Expiration, new Date(clock.now() + 3_600_000));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const assumed = await new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand({}));
  assert.equal(assumed.Arn, 'arn:aws:sts::210987654321:assumed-role/deployer/evenkeel');
  const ecs = new ECSClient({ ...config, credentials });
  const described = await ecs.send(new DescribeServicesCommand({ cluster: 'many', services: ['web-1'] }));
  assert.match(described.failures?.[0]?.arn ?? '', /:210987654321:/);
});

test('HTTP-1: DynamoDB is dynalite', async () => {
  const dynamo = new DynamoDBClient(config);
  const TableName = 'manifests';
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: 'a' }, n: { N: '1' } } }));
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: { id: { S: 'a' } }, ConsistentRead: true }));
  assert.equal(Item?.['n']?.N, '1');
});

const RAW: readonly (readonly [string, RequestInit, number, RegExp])[] = [
  [
    'a target nobody imitates',
    { headers: { 'x-amz-target': 'Kinesis_20131202.ListStreams' }, body: '{}' },
    400,
    /"__type":"UnknownOperationException"/,
  ],
  [
    'an operation nobody imitates',
    { headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.Dance' }, body: '{}' },
    400,
    /"__type":"UnknownOperationException"/,
  ],
  [
    'a body that is no JSON',
    { headers: { 'x-amz-target': 'Logs_20140328.CreateLogGroup' }, body: '{' },
    400,
    /"__type":"SerializationException"/,
  ],
  [
    'a member of the wrong type',
    { headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.DescribeServices' }, body: '{"services":5}' },
    400,
    /"__type":"SerializationException"/,
  ],
  [
    'an action nobody imitates',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Action=Dance&Version=2015-12-01' },
    400,
    /<Code>UnknownOperation<\/Code>/,
  ],
  [
    'a body over 1 MiB',
    { headers: { 'x-amz-target': 'Logs_20140328.CreateLogGroup' }, body: 'x'.repeat(2 ** 20 + 1) },
    413,
    /"__type":"RequestEntityTooLargeException"/,
  ],
  ['nothing at all', {}, 400, /"__type":"UnknownOperationException"/],
];
for (const [what, request, status, body] of RAW) {
  test(`HTTP-1: the front answers ${what} in AWS's way`, async () => {
    const response = await fetch(server.url, { method: 'POST', ...request });
    assert.equal(response.status, status);
    assert.match(await response.text(), body);
    assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
  });
}

test('aborting the signal frees the port', async () => {
  const abort = new AbortController();
  const world = new SandboxWorld({ clock, random: seededRandom(2) });
  const short = await startSandboxServer({ world, port: 0, signal: abort.signal });
  abort.abort();
  await assert.rejects(fetch(short.url));
  await short.close();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateServiceInput, EcsService } from '../../../src/aws/operations.ts';
import { Fixture, NEVER } from '../sandbox-fixture.ts';

const TEN_MINUTES = 600_000;
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const BALANCER = { targetGroupArn: GROUP, containerName: 'web', containerPort: 8000 };

test('ECS-S1: what CreateService leaves out comes back filled in, as in a captured response', async () => {
  const sandbox = new Fixture();
  const created = await sandbox.create();
  const expected: Partial<EcsService> = {
    status: 'ACTIVE',
    launchType: 'FARGATE',
    platformVersion: 'LATEST',
    platformFamily: 'Linux',
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: false, rollback: false },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
    },
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'], assignPublicIp: 'DISABLED' },
    },
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    propagateTags: 'NONE',
    enableExecuteCommand: false,
    availabilityZoneRebalancing: 'ENABLED',
    resourceManagementType: 'CUSTOMER',
  };
  for (const [member, value] of Object.entries(expected)) assert.deepEqual(created[member], value, member);
  assert.equal(created.deployments?.[0]?.['platformVersion'], '1.4.0');
  assert.match(created.deployments?.[0]?.id ?? '', /^ecs-svc\/\d{19}$/);
  for (const absent of ['healthCheckGracePeriodSeconds', 'capacityProviderStrategy', 'tags', 'clientToken']) {
    assert.equal(absent in created, false, absent);
  }
});

test('ECS-S2: with a capacity provider strategy there is no launch type, and base and weight are filled in', async () => {
  const sandbox = new Fixture();
  const taskDefinition = await sandbox.register();
  const strategy = [
    { capacityProvider: 'FARGATE_SPOT', weight: 4 },
    { capacityProvider: 'FARGATE', base: 1 },
  ];
  const input = {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition,
    desiredCount: 1,
    capacityProviderStrategy: strategy,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['a'] } },
  };
  const { service } = await sandbox.aws.call('ecs:CreateService', input, { signal: NEVER });
  assert.equal('launchType' in service!, false);
  assert.deepEqual(service?.capacityProviderStrategy, [
    { capacityProvider: 'FARGATE_SPOT', weight: 4, base: 0 },
    { capacityProvider: 'FARGATE', weight: 0, base: 1 },
  ]);
});

test('ECS-S3: some members show on the PRIMARY deployment alone, some nowhere, unknown ones on the service', async () => {
  const sandbox = new Fixture();
  const serviceConnectConfiguration = { enabled: true, namespace: 'x' };
  const monitoring = { a: 1 };
  const service = await sandbox.create({ serviceConnectConfiguration, monitoring, somethingNew: { b: 2 } });
  assert.deepEqual(service.deployments?.[0]?.['serviceConnectConfiguration'], serviceConnectConfiguration);
  assert.equal('serviceConnectConfiguration' in service, false);
  assert.equal(JSON.stringify(service).includes('monitoring'), false);
  assert.deepEqual(service['somethingNew'], { b: 2 });
  await sandbox.clock.advance(TEN_MINUTES);
  const [primary, old] = (await sandbox.update({ forceNewDeployment: true })).deployments ?? [];
  assert.deepEqual(primary?.['serviceConnectConfiguration'], serviceConnectConfiguration);
  assert.equal('serviceConnectConfiguration' in old!, false);
});

const REFUSED: readonly (readonly [string, Partial<CreateServiceInput>, string, RegExp])[] = [
  ['a name with a slash', { serviceName: 'a/b' }, 'InvalidParameterException', /name/],
  ['a negative count', { desiredCount: -1 }, 'InvalidParameterException', /negative/],
  [
    'no network configuration',
    { networkConfiguration: {} },
    'InvalidParameterException',
    /^Network Configuration must be provided/,
  ],
  [
    'no subnet',
    { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
    'InvalidParameterException',
    /subnets/,
  ],
  [
    'six security groups',
    {
      networkConfiguration: { awsvpcConfiguration: { subnets: ['a'], securityGroups: ['1', '2', '3', '4', '5', '6'] } },
    },
    'InvalidParameterException',
    /at most 5/,
  ],
  [
    'a launch type beside a strategy',
    { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
    'InvalidParameterException',
    /^Specifying both/,
  ],
  ['a platform version that is none', { platformVersion: '9.9.9' }, 'PlatformUnknownException', /platform/],
  ['a client token of 37 characters', { clientToken: 'x'.repeat(37) }, 'InvalidParameterException', /36/],
  ['a reserved tag', { tags: [{ key: 'aws:x', value: '1' }] }, 'InvalidParameterException', /reserved/],
  [
    'a container the definition has not',
    { loadBalancers: [{ ...BALANCER, containerName: 'x' }] },
    'InvalidParameterException',
    /^The container x does not exist/,
  ],
  [
    'a port the container has not',
    { loadBalancers: [{ ...BALANCER, containerPort: 1 }] },
    'InvalidParameterException',
    /did not have a container port 1/,
  ],
  [
    'a target group of nobody',
    { loadBalancers: [{ ...BALANCER, targetGroupArn: 'arn:x' }] },
    'InvalidParameterException',
    /target group does not exist/,
  ],
  [
    'percentages that block every deployment',
    { deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 100 } },
    'InvalidParameterException',
    /cannot be 100/,
  ],
];
for (const [what, changes, code, message] of REFUSED) {
  test(`ECS-S4: CreateService refuses ${what}, and makes nothing`, async () => {
    const sandbox = new Fixture();
    await assert.rejects(sandbox.create(changes), { code, message, status: 400 });
    const list = await sandbox.send<{ serviceArns: string[] }>('ecs:ListServices', { cluster: 'main' });
    assert.deepEqual(list.serviceArns, []);
  });
}

test('ECS-S4: a definition that is not for Fargate is refused', async () => {
  const sandbox = new Fixture();
  const taskDefinition = await sandbox.register({ requiresCompatibilities: ['EC2'] });
  await assert.rejects(sandbox.create({ taskDefinition }), { code: 'InvalidParameterException' });
});

test('ECS-S5: the same call again answers the same service; another call for its name is refused', async () => {
  const sandbox = new Fixture();
  const taskDefinition = await sandbox.register();
  const first = await sandbox.create({ taskDefinition, clientToken: 'token' });
  const second = await sandbox.create({ taskDefinition, clientToken: 'token' });
  assert.equal(second.deployments?.[0]?.id, first.deployments?.[0]?.id);
  await assert.rejects(sandbox.create({ taskDefinition, clientToken: 'other' }), {
    code: 'InvalidParameterException',
    message: 'Creation of service was not idempotent.',
  });
});

test('ECS-S6: the name of an INACTIVE service is free', async () => {
  const sandbox = new Fixture();
  const input = { taskDefinition: await sandbox.register(), desiredCount: 0, clientToken: 'token' };
  const first = await sandbox.create(input);
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web' });
  await sandbox.clock.advance(60_000);
  assert.equal((await sandbox.service())?.status, 'INACTIVE');
  const second = await sandbox.create(input);
  assert.notEqual(second.deployments?.[0]?.id, first.deployments?.[0]?.id);
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
});

test('ECS-S7: a new service can be MISSING for a while', async () => {
  const sandbox = new Fixture({ createVisibleAfterMs: 5_000 });
  await sandbox.create();
  assert.equal(await sandbox.service(), undefined);
  await sandbox.clock.advance(5_000);
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
});

test('ECS-S7: while a new service does not show, the remains of the one before it do', async () => {
  const sandbox = new Fixture({ createVisibleAfterMs: 5_000 });
  await sandbox.create();
  await sandbox.clock.advance(5_000);
  const first = (await sandbox.service())?.createdAt;
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web', force: true });
  await sandbox.clock.advance(600_000);
  await sandbox.create();
  const shown = await sandbox.service();
  assert.deepEqual([shown?.status, shown?.createdAt], ['INACTIVE', first]);
  await sandbox.clock.advance(5_000);
  assert.equal((await sandbox.service())?.status, 'ACTIVE');
});

test('ECS-S8: DescribeServices takes ten, of one cluster, and reports the rest as MISSING', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  const describe = (services: string[]): Promise<{ failures: object[]; services: object[] }> =>
    sandbox.send('ecs:DescribeServices', { cluster: 'main', services });
  await assert.rejects(describe(Array.from({ length: 11 }, (_, index) => `s${index}`)), {
    code: 'InvalidParameterException',
  });
  await assert.rejects(describe(['arn:aws:ecs:us-east-1:123456789012:service/other/web']), {
    message: 'Identifier is for other. Your cluster is main',
  });
  const { failures, services } = await describe(['web', 'none']);
  assert.equal(services.length, 1);
  assert.deepEqual(failures, [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/main/none', reason: 'MISSING' }]);
});

test('ECS-S9: clusters exist by being named, or must be created first', async () => {
  const strict = new Fixture({ impliedClusters: false });
  await assert.rejects(strict.create(), { code: 'ClusterNotFoundException' });
  await strict.send('ecs:CreateCluster', { clusterName: 'main' });
  await strict.create();
  await assert.rejects(strict.send('ecs:DeleteCluster', { cluster: 'main' }), {
    code: 'ClusterContainsServicesException',
  });
  const implied = new Fixture();
  await implied.create();
  type Clusters = { clusters: { clusterName: string; activeServicesCount: number }[] };
  const { clusters } = await implied.send<Clusters>('ecs:DescribeClusters', { clusters: ['main'] });
  assert.deepEqual([clusters[0]?.clusterName, clusters[0]?.activeServicesCount], ['main', 1]);
});

const NETWORK = {
  awsvpcConfiguration: { subnets: ['subnet-b'], securityGroups: ['sg-a'], assignPublicIp: 'DISABLED' },
};
const UPDATES: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
  ['forceNewDeployment', { forceNewDeployment: true }, true],
  ['other subnets', { networkConfiguration: NETWORK }, true],
  ['another platform version', { platformVersion: '1.4.0' }, true],
  ['a load balancer', { loadBalancers: [BALANCER] }, true],
  ['a service registry', { serviceRegistries: [{ registryArn: 'arn:x' }] }, true],
  ['Service Connect', { serviceConnectConfiguration: { enabled: true } }, true],
  ['volumes', { volumeConfigurations: [{ name: 'data' }] }, true],
  ['the same task definition', { taskDefinition: 'web:1' }, false],
  ['the platform version it has', { platformVersion: 'LATEST' }, false],
  ['another count', { desiredCount: 3 }, false],
  ['a deployment configuration', { deploymentConfiguration: { maximumPercent: 150 } }, false],
  ['a grace period', { healthCheckGracePeriodSeconds: 60 }, false],
  ['a capacity provider strategy', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }, false],
  ['enableExecuteCommand', { enableExecuteCommand: true }, false],
  ['propagateTags', { propagateTags: 'SERVICE' }, false],
  ['enableECSManagedTags', { enableECSManagedTags: true }, false],
  ['availabilityZoneRebalancing', { availabilityZoneRebalancing: 'DISABLED' }, false],
];
for (const [what, changes, deploys] of UPDATES) {
  test(`ECS-U1: UpdateService with ${what} ${deploys ? 'starts a deployment' : 'starts none'}`, async () => {
    const sandbox = new Fixture();
    await sandbox.create();
    await sandbox.clock.advance(TEN_MINUTES);
    const updated = await sandbox.update(changes);
    assert.equal(updated.deployments?.length, deploys ? 2 : 1);
    for (const [member, value] of Object.entries(changes)) {
      if (typeof value !== 'object' && member in updated && member !== 'taskDefinition')
        assert.equal(updated[member], value);
    }
  });
}

test('ECS-U2: what UpdateService leaves out stays', async () => {
  const sandbox = new Fixture();
  const before = await sandbox.create({ enableExecuteCommand: true, healthCheckGracePeriodSeconds: 30 });
  const { desiredCount: _a, ...kept } = before;
  const { desiredCount: _b, ...after } = await sandbox.update({ desiredCount: 5 });
  assert.deepEqual(after, kept);
});

test('ECS-U3: a service that is not there, or not ACTIVE, cannot be updated', async () => {
  const sandbox = new Fixture();
  await assert.rejects(sandbox.update({ desiredCount: 1 }), { code: 'ServiceNotFoundException' });
  await sandbox.create({ desiredCount: 0 });
  await sandbox.send('ecs:DeleteService', { cluster: 'main', service: 'web' });
  await assert.rejects(sandbox.update({ desiredCount: 1 }), {
    code: 'ServiceNotActiveException',
    message: 'Service was not ACTIVE.',
  });
});

test('ECS-U4: another count adds and stops tasks within the deployment', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(TEN_MINUTES);
  const id = (await sandbox.service())?.deployments?.[0]?.id;
  for (const desiredCount of [4, 1]) {
    await sandbox.update({ desiredCount });
    await sandbox.clock.advance(TEN_MINUTES);
    const service = await sandbox.service();
    assert.equal(service?.runningCount, desiredCount);
    assert.equal(service?.deployments?.[0]?.id, id);
    assert.equal(service?.deployments?.[0]?.rolloutState, 'COMPLETED');
  }
});

test('ECS-U5: [] and disabled take load balancers and Service Connect away', async () => {
  const sandbox = new Fixture();
  await sandbox.create({ loadBalancers: [BALANCER], serviceConnectConfiguration: { enabled: true } });
  const service = await sandbox.update({ loadBalancers: [], serviceConnectConfiguration: { enabled: false } });
  assert.deepEqual(service.loadBalancers, []);
  assert.equal('serviceConnectConfiguration' in service.deployments![0]!, false);
});

test('ECS-S10: tags show on demand alone, and change in place', async () => {
  const sandbox = new Fixture();
  const { serviceArn } = await sandbox.create({ tags: [{ key: 'a', value: '1' }] });
  await sandbox.send('ecs:TagResource', {
    resourceArn: serviceArn,
    tags: [
      { key: 'a', value: '2' },
      { key: 'b', value: '3' },
    ],
  });
  await sandbox.send('ecs:UntagResource', { resourceArn: serviceArn, tagKeys: ['b'] });
  assert.deepEqual((await sandbox.service())?.tags, [{ key: 'a', value: '2' }]);
  const { services } = await sandbox.aws.call(
    'ecs:DescribeServices',
    { cluster: 'main', services: ['web'] },
    { signal: NEVER },
  );
  assert.equal('tags' in services![0]!, false);
  await assert.rejects(sandbox.send('ecs:TagResource', { resourceArn: `${serviceArn}x`, tags: [] }), {
    code: 'ResourceNotFoundException',
  });
});

test('ECS-D2: a deployment under way keeps a service from being deleted without force', async () => {
  const sandbox = new Fixture();
  await sandbox.create();
  await sandbox.clock.advance(TEN_MINUTES);
  await sandbox.update({ forceNewDeployment: true, desiredCount: 0 });
  const input = { cluster: 'main', service: 'web' };
  await assert.rejects(sandbox.send('ecs:DeleteService', input), { message: /while deployments are active/ });
  await sandbox.send('ecs:DeleteService', { ...input, force: true });
  assert.equal((await sandbox.service())?.status, 'DRAINING');
});

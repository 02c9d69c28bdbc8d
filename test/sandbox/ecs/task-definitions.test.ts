import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerDefinition, RegisterTaskDefinitionInput, TaskDefinition } from '../../../src/aws/operations.ts';
import { Fixture } from '../sandbox-fixture.ts';

const WEB: ContainerDefinition = { name: 'web', image: 'registry.example/web:1' };

async function registered(changes: RegisterTaskDefinitionInput): Promise<TaskDefinition> {
  const sandbox = new Fixture();
  const taskDefinition = await sandbox.register(changes);
  const output = await sandbox.send<{ taskDefinition: TaskDefinition }>('ecs:DescribeTaskDefinition', {
    taskDefinition,
  });
  return output.taskDefinition;
}

test('ECS-TD1: what is left out of a container comes back filled in', async () => {
  const given = { ...WEB, portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } };
  const { containerDefinitions } = await registered({ containerDefinitions: [given] });
  assert.deepEqual(containerDefinitions?.[0], {
    ...given,
    cpu: 0,
    essential: true,
    portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
  });
});

test('ECS-TD1: what is left out of the definition comes back filled in, or stays away', async () => {
  const definition = await registered({});
  assert.deepEqual([definition['volumes'], definition['placementConstraints']], [[], []]);
  assert.deepEqual(definition['compatibilities'], ['EC2', 'FARGATE']);
  for (const absent of ['runtimePlatform', 'ephemeralStorage', 'tags', 'taskRoleArn']) {
    assert.equal(absent in definition, false, absent);
  }
});

test('ECS-TD2: environment does not keep its order', async () => {
  const environment = ['A', 'B', 'C'].map((name) => ({ name, value: '1' }));
  const { containerDefinitions } = await registered({ containerDefinitions: [{ ...WEB, environment }] });
  const names = containerDefinitions?.[0]?.environment?.map(({ name }) => name);
  assert.notDeepEqual(names, ['A', 'B', 'C']);
  assert.deepEqual(names?.toSorted(), ['A', 'B', 'C']);
});

const SIZES: readonly (readonly [string, string, string, string])[] = [
  ['256', '512', '256', '512'],
  ['1 vCPU', '2 GB', '1024', '2048'],
  ['.5 vcpu', '1GB', '512', '1024'],
];
for (const [cpu, memory, cpuOut, memoryOut] of SIZES) {
  test(`ECS-TD3: ${cpu} and ${memory} come back as ${cpuOut} and ${memoryOut}`, async () => {
    const definition = await registered({ cpu, memory });
    assert.deepEqual([definition.cpu, definition.memory], [cpuOut, memoryOut]);
  });
}

const container = (changes: ContainerDefinition): RegisterTaskDefinitionInput => ({
  containerDefinitions: [{ ...WEB, ...changes }],
});
const REFUSED: readonly (readonly [string, RegisterTaskDefinitionInput, RegExp])[] = [
  ['an empty list of tags', { tags: [] }, /^Tags can not be empty\.$/],
  ['a family with a dot', { family: 'a.b' }, /^Family contains invalid characters\.$/],
  ['cpu that Fargate has not', { cpu: '300' }, /^Invalid 'cpu' setting for task\./],
  [
    'memory that Fargate has not for the cpu',
    { memory: '4096' },
    /^No Fargate configuration exists for given values\.$/,
  ],
  ['another network mode on Fargate', { networkMode: 'bridge' }, /^Fargate only supports network mode ‘awsvpc’\.$/],
  ['too small a disk', { ephemeralStorage: { sizeInGiB: 20 } }, /between 21 and 200/],
  ['no container', { containerDefinitions: [] }, /can not be empty/],
  [
    'eleven containers',
    { containerDefinitions: Array.from({ length: 11 }, (_, index) => ({ ...WEB, name: `c${index}` })) },
    /maximum is 10/,
  ],
  ['two containers of one name', { containerDefinitions: [WEB, WEB] }, /must be unique/],
  ['no essential container', container({ essential: false }), /at least one essential/],
  ['a container without an image', container({ image: '' }), /^Container\.image should not be null or empty\.$/],
  ['a host port that differs', container({ portMappings: [{ containerPort: 80, hostPort: 81 }] }), /must match/],
  [
    'a health check too often',
    container({ healthCheck: { command: ['CMD', 'true'], interval: 1 } }),
    /interval must be between 5 and 300/,
  ],
  ['a privileged container', container({ privileged: true }), /privileged/],
  [
    'awslogs without an execution role',
    container({ logConfiguration: { logDriver: 'awslogs' } }),
    /support log driver awslogs\.$/,
  ],
  [
    'an ECR image without an execution role',
    container({ image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' }),
    /support ECR images\.$/,
  ],
  [
    'more than 64 KB',
    container({ environment: [{ name: 'A', value: 'x'.repeat(65_536) }] }),
    /Max allowed length is '65536' bytes\.$/,
  ],
];
for (const [what, changes, message] of REFUSED) {
  test(`ECS-TD4: ${what} is refused`, async () => {
    await assert.rejects(new Fixture().register(changes), { code: 'ClientException', message, status: 400 });
  });
}

test('ECS-TD5: the family alone stands for its newest ACTIVE revision', async () => {
  const sandbox = new Fixture();
  const describe = async (taskDefinition: string): Promise<TaskDefinition> =>
    (await sandbox.send<{ taskDefinition: TaskDefinition }>('ecs:DescribeTaskDefinition', { taskDefinition }))
      .taskDefinition;
  await sandbox.register();
  const second = await sandbox.register();
  assert.equal((await describe('web')).revision, 2);
  await sandbox.send('ecs:DeregisterTaskDefinition', { taskDefinition: second });
  assert.equal((await describe('web')).revision, 1);
  assert.equal((await describe('web:2')).status, 'INACTIVE');
  await sandbox.send('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:1' });
  const unknown = { code: 'ClientException', message: 'Unable to describe task definition.' };
  await assert.rejects(describe('web'), unknown);
  await assert.rejects(describe('web:3'), unknown);
  await assert.rejects(sandbox.create({ taskDefinition: second }), { message: 'TaskDefinition is inactive' });
  await assert.rejects(sandbox.create({ taskDefinition: 'none' }), { message: 'TaskDefinition not found.' });
});

test('ECS-TD6: revisions are listed in order, newest first on demand, of exactly one family', async () => {
  const sandbox = new Fixture();
  for (let revision = 1; revision <= 3; revision++) await sandbox.register();
  await sandbox.register({ family: 'web2' });
  const list = async (input: object): Promise<string[]> => {
    const output = await sandbox.send<{ taskDefinitionArns: string[] }>('ecs:ListTaskDefinitions', input);
    return output.taskDefinitionArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  };
  assert.deepEqual(await list({ familyPrefix: 'web' }), ['web:1', 'web:2', 'web:3']);
  assert.deepEqual(await list({ familyPrefix: 'web', sort: 'DESC', maxResults: 1 }), ['web:3']);
  await sandbox.send('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:2' });
  assert.deepEqual(await list({ familyPrefix: 'web' }), ['web:1', 'web:3']);
  assert.deepEqual(await list({ familyPrefix: 'web', status: 'INACTIVE' }), ['web:2']);
  const families = await sandbox.send<{ families: string[] }>('ecs:ListTaskDefinitionFamilies', {
    familyPrefix: 'web',
  });
  assert.deepEqual(families.families, ['web', 'web2']);
});

test('ECS-TD7: tags are kept apart from the definition, and change without a revision', async () => {
  const sandbox = new Fixture();
  const arn = await sandbox.register({ tags: [{ key: 'a', value: '1' }] });
  await sandbox.send('ecs:TagResource', { resourceArn: arn, tags: [{ key: 'b', value: '2' }] });
  await sandbox.send('ecs:UntagResource', { resourceArn: arn, tagKeys: ['a'] });
  const plain = await sandbox.send<{ tags?: object[] }>('ecs:DescribeTaskDefinition', { taskDefinition: arn });
  const tagged = await sandbox.send<{ tags?: object[] }>('ecs:DescribeTaskDefinition', {
    taskDefinition: arn,
    include: ['TAGS'],
  });
  assert.equal(plain.tags, undefined);
  assert.deepEqual(tagged.tags, [{ key: 'b', value: '2' }]);
});

test('ECS-TD8: only INACTIVE revisions can be deleted', async () => {
  const sandbox = new Fixture();
  const [active, retired] = [await sandbox.register(), await sandbox.register()];
  await sandbox.send('ecs:DeregisterTaskDefinition', { taskDefinition: retired });
  type Output = { taskDefinitions: TaskDefinition[]; failures: { arn: string }[] };
  const output = await sandbox.send<Output>('ecs:DeleteTaskDefinitions', { taskDefinitions: [active, retired] });
  assert.deepEqual(
    output.taskDefinitions.map(({ status }) => status),
    ['DELETE_IN_PROGRESS'],
  );
  assert.deepEqual(
    output.failures.map(({ arn }) => arn),
    [active],
  );
});

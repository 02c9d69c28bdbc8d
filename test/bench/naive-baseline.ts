/**
 * What a plain script does with the AWS SDK: one call after the other for each service, no batches, no reading of
 * manifests, no comparing, no output. The floor that the figures of the bench are set against.
 *
 *   node naive-baseline.ts create|look COUNT CLUSTER SUBNETS SECURITY_GROUPS
 */
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { nameOf } from './bench-manifests.ts';

const [task, count, cluster, subnets, securityGroups] = process.argv.slice(2);
const ecs = new ECSClient({});
const logs = new CloudWatchLogsClient({});

async function create(name: string): Promise<void> {
  await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/ecs/${name}` }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: `/ecs/${name}` }));
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      containerDefinitions: [{ name: 'app', image: `${name}:1.0`, portMappings: [{ containerPort: 8000 }] }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: subnets?.split(','), securityGroups: securityGroups?.split(',') },
      },
    }),
  );
  await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
}

async function look(name: string): Promise<void> {
  await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: `/ecs/${name}` }));
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }));
}

for (let index = 0; index < Number(count); index++) await (task === 'create' ? create : look)(nameOf(index));

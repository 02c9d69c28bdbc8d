import type { EcsService } from '../../src/aws/operations.ts';
import { CLUSTER, type EmulatorName } from './support/emulator.ts';
import { answer, outcomeOf, tried } from './support/outcome.ts';
import { CALL, type Subject, scalableId } from './support/subject.ts';

/** Something Evenkeel meets that moto 5.2.1 and the sandbox answer differently. */
export interface Divergence {
  readonly what: string;
  /** The one that does as AWS does. */
  readonly right: EmulatorName;
  /** Where AWS says so: a page or type of its documentation, or an issue with the real service's answer. */
  readonly source: string;
  readonly observe: (subject: Subject) => Promise<unknown>;
  readonly sandbox: unknown;
  readonly moto: unknown;
}

export const DIVERGENCES: readonly Divergence[] = [
  // ------------------------------------------------------------------------------------------------- services
  {
    what: 'a service knows when it was created',
    right: 'sandbox',
    source: 'ECS API, Service, createdAt',
    observe: async (subject) => {
      await subject.create('d-created');
      return (await subject.describe('d-created')).createdAt instanceof Date;
    },
    sandbox: true,
    moto: false,
  },
  {
    what: 'creating a service whose name is taken, with other settings, is refused',
    right: 'sandbox',
    source: 'hashicorp/terraform-provider-aws #2283: "Creation of service was not idempotent."',
    observe: async (subject) => {
      await subject.create('d-twice');
      return outcomeOf(subject.create('d-twice', { desiredCount: 3 }));
    },
    sandbox: 'busy',
    moto: 'done',
  },
  {
    what: 'a repeated CreateService with the same client token changes nothing',
    right: 'sandbox',
    source: 'ECS API, CreateService, clientToken',
    observe: async (subject) => {
      const taskDefinition = await subject.register('d-token');
      const first = await subject.create('d-token', { taskDefinition, clientToken: 'token' });
      const again = await subject.create('d-token', { taskDefinition, clientToken: 'token' });
      return again.deployments?.[0]?.id === first.deployments?.[0]?.id;
    },
    sandbox: true,
    moto: false,
  },
  {
    what: 'a service made with a capacity provider strategy has it, and no launch type',
    right: 'sandbox',
    source: 'ECS API, CreateService, capacityProviderStrategy',
    observe: async (subject) => {
      const strategy = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
      const taskDefinition = await subject.register('d-spot');
      const { launchType: _left, ...input } = subject.serviceOf('d-spot', taskDefinition);
      await subject.gateway.ecs.createService({ ...input, ...strategy }, CALL);
      const { launchType, capacityProviderStrategy } = await subject.describe('d-spot');
      return { launchType, providers: capacityProviderStrategy?.map(({ capacityProvider }) => capacityProvider) };
    },
    sandbox: { launchType: undefined, providers: ['FARGATE_SPOT'] },
    moto: { launchType: 'EC2', providers: undefined },
  },
  {
    what: 'settings given at creation are kept; moto keeps them only from the first update on',
    right: 'sandbox',
    source: 'ECS API, CreateService',
    observe: async (subject) => {
      await subject.create('d-settings', SETTINGS);
      const created = settingsOf(await subject.describe('d-settings'));
      await subject.gateway.ecs.updateService({ cluster: CLUSTER, service: 'd-settings', ...SETTINGS }, CALL);
      return { created, updated: settingsOf(await subject.describe('d-settings')) };
    },
    sandbox: { created: [150, 90, true, true], updated: [150, 90, true, true] },
    moto: { created: [undefined, undefined, undefined, undefined], updated: [150, 90, true, true] },
  },
  {
    what: 'what creation leaves out is filled in',
    right: 'sandbox',
    source: 'ECS API, CreateService and AwsVpcConfiguration, defaults',
    observe: async (subject) => {
      const { subnets, securityGroups } = subject.emulator;
      await subject.create('d-defaults', {
        networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups } },
      });
      const live = await subject.describe('d-defaults');
      return [
        live.networkConfiguration?.awsvpcConfiguration?.assignPublicIp,
        live.deploymentConfiguration?.maximumPercent,
        live.platformVersion,
        live['schedulingStrategy'],
      ];
    },
    sandbox: ['DISABLED', 200, 'LATEST', 'REPLICA'],
    moto: [undefined, undefined, undefined, 'REPLICA'],
  },
  {
    what: 'a new revision makes a new PRIMARY deployment beside the old one',
    right: 'sandbox',
    source: 'ECS API, Deployment, status',
    observe: async (subject) => {
      await subject.create('d-deployed');
      await subject.emulator.pass(300_000);
      const taskDefinition = await subject.register('d-deployed');
      await subject.gateway.ecs.updateService({ cluster: CLUSTER, service: 'd-deployed', taskDefinition }, CALL);
      const { deployments = [] } = await subject.describe('d-deployed');
      return deployments.map((deployment) => [deployment.status, deployment.taskDefinition?.split(':').at(-1)]);
    },
    sandbox: [
      ['PRIMARY', '2'],
      ['ACTIVE', '1'],
    ],
    moto: [['PRIMARY', '1']],
  },
  {
    what: 'a service has tasks and events',
    right: 'sandbox',
    source: 'ECS developer guide, "Service event messages"',
    observe: async (subject) => {
      await subject.create('d-tasks');
      await subject.emulator.pass(300_000);
      const ref = { cluster: CLUSTER, service: 'd-tasks' };
      const tasks = await subject.gateway.ecs.listTasks(ref, 'RUNNING', CALL);
      const { events = [] } = await subject.describe('d-tasks');
      return { tasks: tasks.map(({ lastStatus }) => lastStatus), events: events.length > 0 };
    },
    sandbox: { tasks: ['RUNNING'], events: true },
    moto: { tasks: [], events: false },
  },
  {
    what: 'a deleted service drains first, and is listed no more',
    right: 'sandbox',
    source: 'ECS API, DeleteService and ListServices',
    observe: async (subject) => {
      await subject.create('d-deleted', { desiredCount: 0 });
      await subject.emulator.pass(120_000);
      await subject.gateway.ecs.deleteService({ cluster: CLUSTER, service: 'd-deleted' }, CALL);
      const { status } = await subject.describe('d-deleted');
      const names = await subject.gateway.ecs.listServices(CLUSTER, CALL);
      return { status, listed: names.includes('d-deleted') };
    },
    sandbox: { status: 'DRAINING', listed: false },
    moto: { status: 'INACTIVE', listed: true },
  },
  {
    what: 'a deleted service cannot be updated',
    right: 'sandbox',
    source: 'ECS API, UpdateService, ServiceNotActiveException',
    observe: async (subject) => {
      await subject.create('d-inactive', { desiredCount: 0 });
      await subject.remove('d-inactive');
      const update = { cluster: CLUSTER, service: 'd-inactive', desiredCount: 1 };
      return outcomeOf(subject.gateway.ecs.updateService(update, CALL));
    },
    sandbox: 'busy',
    moto: 'done',
  },
  {
    what: 'more than ten services in one DescribeServices are refused',
    right: 'sandbox',
    source: 'ECS API, DescribeServices, services',
    observe: (subject) => {
      const services = Array.from({ length: 11 }, (_, index) => `d-${index}`);
      return tried(subject, 'ecs:DescribeServices', { cluster: CLUSTER, services });
    },
    sandbox: 'invalid',
    moto: 'done',
  },
  {
    what: 'ListServices answers in pages of the size asked for',
    right: 'sandbox',
    source: 'ECS API, ListServices, maxResults',
    observe: async (subject) => {
      for (const name of ['d-page-1', 'd-page-2']) await subject.create(name, { desiredCount: 0 });
      const page = await answer(subject, 'ecs:ListServices', { cluster: CLUSTER, maxResults: 1 });
      return { one: page.serviceArns?.length === 1, more: page.nextToken !== undefined };
    },
    sandbox: { one: true, more: true },
    moto: { one: false, more: false },
  },
  {
    what: 'a target group must be attached to a load balancer',
    right: 'sandbox',
    source: 'hashicorp/terraform-provider-aws #3401: "does not have an associated load balancer"',
    observe: async (subject) => {
      const targetGroupArn = await subject.loneTargetGroup('d-alone');
      const loadBalancers = [{ targetGroupArn, containerName: 'app', containerPort: 8000 }];
      return outcomeOf(subject.create('d-alone', { loadBalancers }));
    },
    sandbox: 'not-ready',
    moto: 'done',
  },
  {
    what: 'the newest deployment of a service names what it is to bring',
    right: 'sandbox',
    source: 'ECS API, ListServiceDeployments and DescribeServiceRevisions',
    observe: async (subject) => {
      await subject.create('d-history');
      const taskDefinition = await subject.register('d-history');
      const { ecs } = subject.gateway;
      const ref = { cluster: CLUSTER, service: 'd-history' };
      await ecs.updateService({ ...ref, taskDefinition }, CALL);
      let brings: string | undefined;
      const outcome = await outcomeOf(
        (async () => {
          const newest = await ecs.newestDeployment(ref, CALL);
          const revision = await ecs.describeServiceRevision(newest?.targetServiceRevisionArn ?? '', CALL);
          brings = revision?.taskDefinition;
        })(),
      );
      return { outcome, isNewest: brings === taskDefinition };
    },
    sandbox: { outcome: 'done', isNewest: true },
    moto: { outcome: 'transient', isNewest: false },
  },
  // ----------------------------------------------------------------------------------------- task definitions
  {
    what: 'what a task definition leaves out is filled in',
    right: 'sandbox',
    source: 'ECS API, PortMapping (hostPort) and TaskDefinition (registeredAt)',
    observe: async (subject) => {
      const arn = await subject.register('d-filled');
      const { taskDefinition } = (await subject.freshGateway().ecs.describeRevision(arn, CALL))!;
      const ports = taskDefinition.containerDefinitions?.[0]?.['portMappings'] as readonly { hostPort?: number }[];
      return { hostPort: ports[0]?.hostPort, registered: taskDefinition.registeredAt instanceof Date };
    },
    sandbox: { hostPort: 8000, registered: true },
    moto: { hostPort: undefined, registered: false },
  },
  {
    what: 'a family whose revisions are all gone is not among the active ones',
    right: 'sandbox',
    source: 'ECS API, ListTaskDefinitionFamilies, status',
    observe: async (subject) => {
      const { ecs } = subject.gateway;
      await ecs.deregisterTaskDefinition(await subject.register('d-gone'), CALL);
      // So many at once that the gateway looks at all families instead of asking for each.
      const families = ['d-gone', ...Array.from({ length: 99 }, (_, index) => `d-none-${index}`)];
      const found = await Promise.all(families.map((family) => ecs.hasFamily(family, CALL)));
      return families.filter((_, index) => found[index]);
    },
    sandbox: [],
    moto: ['d-gone'],
  },
  {
    what: 'a size that Fargate does not have is refused',
    right: 'sandbox',
    source: 'ECS developer guide, "Fargate task size: invalid CPU or memory"',
    observe: (subject) => outcomeOf(subject.register('d-size', { cpu: '256', memory: '4096' })),
    sandbox: 'invalid',
    moto: 'done',
  },
  // ---------------------------------------------------------------------------------------------------- scaling
  {
    what: 'a policy needs a scalable target',
    right: 'sandbox',
    source: 'Application Auto Scaling API, PutScalingPolicy, ObjectNotFoundException',
    observe: async (subject) => {
      await subject.create('d-untargeted');
      return outcomeOf(subject.gateway.scaling.putPolicy(scalableId('d-untargeted'), POLICY, CALL));
    },
    sandbox: 'not-ready',
    moto: 'done',
  },
  {
    what: 'deregistering a scalable target takes its policies with it',
    right: 'sandbox',
    source: 'Application Auto Scaling API, DeregisterScalableTarget',
    observe: async (subject) => {
      const { scaling } = subject.gateway;
      const id = await scaled(subject, 'd-deregistered');
      await scaling.putPolicy(id, POLICY, CALL);
      await scaling.deregisterTarget(id, CALL);
      return (await scaling.listPolicies(id, CALL)).length;
    },
    sandbox: 0,
    moto: 1,
  },
  {
    what: 'the policies of one service are asked for by its exact id',
    right: 'sandbox',
    source: 'Application Auto Scaling API, DescribeScalingPolicies, ResourceId',
    observe: async (subject) => {
      for (const name of ['d-exact', 'd-exact-2']) {
        await subject.gateway.scaling.putPolicy(await scaled(subject, name), POLICY, CALL);
      }
      const input = { ServiceNamespace: 'ecs', ResourceId: scalableId('d-exact-2') };
      const page = await answer(subject, 'application-autoscaling:DescribeScalingPolicies', input);
      return page.ScalingPolicies?.length;
    },
    sandbox: 1,
    moto: 2,
  },
  {
    what: 'the tags of a scalable target can be read',
    right: 'sandbox',
    source: 'Application Auto Scaling API, ListTagsForResource',
    observe: async (subject) => {
      const id = await scaled(subject, 'd-tags');
      const { ScalableTargetARN = '' } = (await subject.gateway.scaling.describeTarget(id, CALL))!;
      return tried(subject, 'application-autoscaling:ListTagsForResource', { ResourceARN: ScalableTargetARN });
    },
    sandbox: 'done',
    moto: 'transient',
  },
  {
    what: 'a count outside the band is brought into it',
    right: 'sandbox',
    source: 'Application Auto Scaling API, RegisterScalableTarget',
    observe: async (subject) => {
      const id = await scaled(subject, 'd-band');
      await subject.gateway.scaling.registerTarget(id, { min: 2, max: 4 }, CALL);
      return (await subject.describe('d-band')).desiredCount;
    },
    sandbox: 2,
    moto: 1,
  },
  {
    what: 'a least capacity above the greatest is refused',
    right: 'sandbox',
    source: 'Application Auto Scaling API, RegisterScalableTarget, ValidationException',
    observe: async (subject) => {
      const id = await scaled(subject, 'd-order');
      return outcomeOf(subject.gateway.scaling.registerTarget(id, { min: 5, max: 2 }, CALL));
    },
    sandbox: 'invalid',
    moto: 'done',
  },
  {
    what: 'deleting a scheduled action that nobody put is refused',
    right: 'sandbox',
    source: 'Application Auto Scaling API, DeleteScheduledAction, ObjectNotFoundException',
    observe: async (subject) => {
      const id = await scaled(subject, 'd-unscheduled');
      return outcomeOf(subject.gateway.scaling.deleteScheduledAction(id, 'night', CALL));
    },
    sandbox: 'missing',
    moto: 'done',
  },
  // ------------------------------------------------------------------------------------------------- log groups
  {
    what: 'log groups asked for by identifier are the only ones in the answer',
    right: 'sandbox',
    source: 'CloudWatch Logs API, DescribeLogGroups, logGroupIdentifiers',
    observe: async (subject) => {
      for (const name of ['/d/one', '/d/two']) await subject.gateway.logs.createLogGroup(name, {}, CALL);
      const { logGroups } = await answer(subject, 'logs:DescribeLogGroups', { logGroupIdentifiers: ['/d/one'] });
      return logGroups?.length === 1;
    },
    sandbox: true,
    moto: false,
  },
  {
    what: 'a retention that CloudWatch Logs does not have is refused',
    right: 'sandbox',
    source: 'CloudWatch Logs API, PutRetentionPolicy, retentionInDays',
    observe: async (subject) => {
      await subject.gateway.logs.createLogGroup('/d/retention', {}, CALL);
      return outcomeOf(subject.gateway.logs.setRetention('/d/retention', 2, CALL));
    },
    sandbox: 'invalid',
    moto: 'done',
  },
  {
    what: 'a log group that is not there cannot be tagged',
    right: 'sandbox',
    source: 'CloudWatch Logs API, TagResource, ResourceNotFoundException',
    observe: (subject) => {
      const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/d/none';
      return outcomeOf(subject.gateway.logs.tag(arn, { team: 'ml' }, CALL));
    },
    sandbox: 'missing',
    moto: 'done',
  },
];

const POLICY = {
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
  },
};

const SETTINGS = {
  deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 50 },
  healthCheckGracePeriodSeconds: 90,
  enableExecuteCommand: true,
  enableECSManagedTags: true,
};

function settingsOf(service: EcsService): readonly unknown[] {
  return [
    service.deploymentConfiguration?.maximumPercent,
    service.healthCheckGracePeriodSeconds,
    service.enableExecuteCommand,
    service.enableECSManagedTags,
  ];
}

/** A service with a scalable target from 1 to 3; resolves to its resource id. */
async function scaled(subject: Subject, name: string): Promise<string> {
  await subject.create(name);
  await subject.gateway.scaling.registerTarget(scalableId(name), { min: 1, max: 3 }, CALL);
  return scalableId(name);
}

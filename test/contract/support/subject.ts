import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { decorate } from '../../../src/aws/compose-transport.ts';
import { createGateway } from '../../../src/aws/create-gateway.ts';
import { classified } from '../../../src/aws/decorate.ts';
import type { AwsGateway } from '../../../src/aws/gateway.ts';
import { silentObserver } from '../../../src/aws/observer.ts';
import type {
  AwsTransport,
  CreateServiceInput,
  EcsService,
  RegisterTaskDefinitionInput,
} from '../../../src/aws/operations.ts';
import { createPacer } from '../../../src/aws/pacer.ts';
import { createSdkTransport } from '../../../src/aws/sdk/sdk-transport.ts';
import { SystemClock } from '../../../src/lib/clock.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { CLUSTER, type Emulator } from './emulator.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'contract', secretAccessKey: 'contract' };
/** Pacing is not what is tested here. */
const UNPACED = { share: 1, scale: 10_000 };

export const CALL = { signal: AbortSignal.timeout(120_000) };

/** Our own gateway, over the real SDK and a proxy that counts, to an emulator. */
export class Subject implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly proxy: RecordingProxy;
  /** One attempt a call; failures come classified. */
  readonly transport: AwsTransport;
  readonly gateway: AwsGateway;
  readonly #stack: AsyncDisposableStack;

  private constructor(emulator: Emulator, proxy: RecordingProxy, stack: AsyncDisposableStack) {
    this.emulator = emulator;
    this.proxy = proxy;
    this.#stack = stack;
    const sdk = stack.use(
      createSdkTransport({ region: REGION, version: '0', endpoint: proxy.url, credentials: CREDENTIALS }),
    );
    this.transport = classified(sdk);
    this.gateway = this.freshGateway(sdk);
  }

  static async over(start: () => Promise<Emulator>): Promise<Subject> {
    const stack = new AsyncDisposableStack();
    const emulator = stack.use(await start());
    const proxy = stack.use(await startRecordingProxy(emulator.url, emulator.mend));
    return new Subject(emulator, proxy, stack);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  /** One that remembers nothing. */
  freshGateway(over: AwsTransport = this.transport): AwsGateway {
    const clock = new SystemClock();
    const pacer = createPacer(clock, UNPACED);
    const transport = decorate(over, { clock, random: seededRandom(1), pacer, observer: silentObserver });
    return this.#stack.use(createGateway(transport, { clock, region: REGION }));
  }

  /** What a service of this name needs: a new revision of the family of that name. Resolves to its ARN. */
  async register(family: string, more: Partial<RegisterTaskDefinitionInput> = {}): Promise<string> {
    const revision = await this.gateway.ecs.registerTaskDefinition(definitionOf(family, more), CALL);
    return revision.taskDefinition.taskDefinitionArn!;
  }

  async create(serviceName: string, more: Partial<CreateServiceInput> = {}): Promise<EcsService> {
    const taskDefinition = more.taskDefinition ?? (await this.register(serviceName));
    return this.gateway.ecs.createService({ ...this.serviceOf(serviceName, taskDefinition), ...more }, CALL);
  }

  serviceOf(serviceName: string, taskDefinition: string): CreateServiceInput {
    const { subnets, securityGroups } = this.emulator;
    return {
      cluster: CLUSTER,
      serviceName,
      taskDefinition,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: 'DISABLED' } },
    };
  }

  async describe(service: string): Promise<EcsService> {
    const found = await this.gateway.ecs.describeService({ cluster: CLUSTER, service }, CALL);
    if (found === undefined) throw new Error(`${service} is not there`);
    return found;
  }

  /** Scales to zero, deletes, and waits until the name is free. */
  async remove(service: string): Promise<void> {
    await this.gateway.ecs.updateService({ cluster: CLUSTER, service, desiredCount: 0 }, CALL);
    await this.emulator.pass(120_000);
    await this.gateway.ecs.deleteService({ cluster: CLUSTER, service }, CALL);
    await this.emulator.pass(120_000);
  }

  /** A target group that a load balancer forwards to. Resolves to both ARNs. */
  async targetGroup(name: string): Promise<{ readonly group: string; readonly balancer: string }> {
    const group = await this.loneTargetGroup(name);
    using elb = new ElasticLoadBalancer(this.emulator.url);
    const made = await elb.client.send(
      new CreateLoadBalancerCommand({ Name: name, Subnets: [...this.emulator.subnets] }),
    );
    const balancer = made.LoadBalancers![0]!.LoadBalancerArn!;
    const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: group }];
    await elb.client.send(
      new CreateListenerCommand({ LoadBalancerArn: balancer, Port: 80, Protocol: 'HTTP', DefaultActions }),
    );
    return { group, balancer };
  }

  /** A target group that nothing forwards to. Resolves to its ARN. */
  async loneTargetGroup(name: string): Promise<string> {
    using elb = new ElasticLoadBalancer(this.emulator.url);
    const made = await elb.client.send(
      new CreateTargetGroupCommand({
        Name: name,
        Port: 8000,
        Protocol: 'HTTP',
        TargetType: 'ip',
        VpcId: this.emulator.vpc,
      }),
    );
    return made.TargetGroups![0]!.TargetGroupArn!;
  }
}

class ElasticLoadBalancer implements Disposable {
  readonly client: ElasticLoadBalancingV2Client;

  constructor(endpoint: string) {
    this.client = new ElasticLoadBalancingV2Client({ endpoint, region: REGION, credentials: CREDENTIALS });
  }

  [Symbol.dispose](): void {
    this.client.destroy();
  }
}

export function definitionOf(
  family: string,
  more: Partial<RegisterTaskDefinitionInput> = {},
): RegisterTaskDefinitionInput {
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    containerDefinitions: [
      {
        name: 'app',
        image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0',
        essential: true,
        portMappings: [{ containerPort: 8000, protocol: 'tcp' }],
        environment: [{ name: 'LOG_LEVEL', value: 'info' }],
      },
    ],
    ...more,
  };
}

export const scalableId = (service: string): string => `service/${CLUSTER}/${service}`;

import type { CreateServiceInput, EcsService, RegisterTaskDefinitionInput } from '../../src/aws/operations.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { FaultOptions } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const NEVER = new AbortController().signal;
export const REGION = 'us-east-1';
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-a'], securityGroups: ['sg-a'] } };

/** A world on a clock that stands still, one region of it, and the calls that tests make again and again. */
export class Fixture {
  readonly clock = new FakeClock();
  readonly world: SandboxWorld;
  readonly aws: SandboxTransport;

  constructor(options: Partial<SandboxOptions> = {}, seed = 1, faults: FaultOptions = {}) {
    this.world = new SandboxWorld({ clock: this.clock, random: seededRandom(seed), options, faults });
    this.aws = new SandboxTransport(this.world, REGION);
  }

  /** Any operation, with the shape of its answer left to the caller. */
  async send<Output = Record<string, never>>(operation: string, input: object = {}): Promise<Output> {
    return (await this.aws.send(operation, input, { signal: NEVER })) as Output;
  }

  /** Registers a small Fargate definition; returns its ARN. */
  async register(changes: RegisterTaskDefinitionInput = {}, image = 'registry.example/web:1'): Promise<string> {
    const input = {
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 8000 }] }],
      ...changes,
    };
    const { taskDefinition } = await this.aws.call('ecs:RegisterTaskDefinition', input, { signal: NEVER });
    return taskDefinition!.taskDefinitionArn!;
  }

  async create(changes: Partial<CreateServiceInput> = {}): Promise<EcsService> {
    const input = {
      cluster: 'main',
      serviceName: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      taskDefinition: changes.taskDefinition ?? (await this.register()),
      ...changes,
    };
    const { service } = await this.aws.call('ecs:CreateService', input, { signal: NEVER });
    return service!;
  }

  async update(changes: Record<string, unknown>): Promise<EcsService> {
    const input = { cluster: 'main', service: 'web', ...changes };
    const { service } = await this.aws.call('ecs:UpdateService', input, { signal: NEVER });
    return service!;
  }

  async service(name = 'web'): Promise<EcsService | undefined> {
    const input = { cluster: 'main', services: [name], include: ['TAGS'] };
    const { services } = await this.aws.call('ecs:DescribeServices', input, { signal: NEVER });
    return services?.[0];
  }

  /** Event texts, oldest first, without `(service web) `. */
  async events(): Promise<readonly string[]> {
    const service = await this.service();
    return (service?.events ?? []).map(({ message = '' }) => message.replace('(service web) ', '')).reverse();
  }
}

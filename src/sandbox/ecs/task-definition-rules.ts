import type { ContainerDefinition, RegisterTaskDefinitionInput } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import { clientException } from '../refusals.ts';
import { checkTags } from './service-rules.ts';

const GIB = 1024;

/** Memory (MiB) that Fargate offers for so many CPU units ("Task CPU and memory", task-cpu-memory-error). */
const FARGATE_MEMORY: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16384, steps(32, 120, 8)],
  [32768, [60 * GIB, 120 * GIB, 244 * GIB]],
]);

/** Container members that Fargate refuses ("Task definition differences for Fargate"). */
const NOT_ON_FARGATE = ['links', 'dnsServers', 'dnsSearchDomains', 'dockerSecurityOptions', 'extraHosts'] as const;

const MAX_BYTES = 64 * 1024;

/** What RegisterTaskDefinition refuses. `filled` is the same document with defaults. Throws. */
export function checkDefinition(input: RegisterTaskDefinitionInput, filled: RegisterTaskDefinitionInput): void {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.family ?? '')) throw clientException('Family contains invalid characters.');
  if (input.tags?.length === 0) throw clientException('Tags can not be empty.');
  checkTags(input.tags);
  const containers = filled.containerDefinitions ?? [];
  if (containers.length === 0) throw clientException('Container definitions can not be empty.');
  if (containers.length > 10) throw clientException('Too many container definitions: the maximum is 10.');
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > MAX_BYTES)
    throw clientException(`Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`);
  const names = new Set(containers.map(({ name }) => name));
  if (names.size < containers.length) throw clientException('Container names must be unique within a task definition.');
  if (!containers.some(({ essential }) => essential)) {
    throw clientException('Task definition must have at least one essential container.');
  }
  for (const container of containers) checkContainer(container, filled);
  const wants = (input['requiresCompatibilities'] ?? []) as readonly string[];
  if (wants.includes('FARGATE')) checkFargate(filled, containers);
}

function checkContainer(container: ContainerDefinition, task: RegisterTaskDefinitionInput): void {
  const { name = '', image = '' } = container;
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw clientException('Container.name contains invalid characters.');
  if (image === '') throw clientException('Container.image should not be null or empty.');
  if (task.memory === undefined && container['memory'] === undefined && container['memoryReservation'] === undefined) {
    throw clientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  for (const { containerPort, hostPort } of (container['portMappings'] ?? []) as readonly Ports[]) {
    if (task['networkMode'] === 'awsvpc' && hostPort !== undefined && hostPort !== containerPort) {
      throw clientException('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
    }
  }
  checkHealthCheck((container['healthCheck'] ?? undefined) as HealthCheck | undefined);
}

interface Ports {
  readonly containerPort?: number;
  readonly hostPort?: number;
}
interface HealthCheck {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod?: number;
}

/** The ranges of SDK `HealthCheck`. */
function checkHealthCheck(check: HealthCheck | undefined): void {
  if (check === undefined) return;
  const ranges: readonly (readonly [string, number, number, number])[] = [
    ['interval', check.interval, 5, 300],
    ['timeout', check.timeout, 2, 120],
    ['retries', check.retries, 1, 10],
    ['startPeriod', check.startPeriod ?? 0, 0, 300],
  ];
  for (const [name, value, least, most] of ranges) {
    if (value < least || value > most) {
      throw clientException(`Health check ${name} must be between ${least} and ${most}.`);
    }
  }
}

function checkFargate(task: RegisterTaskDefinitionInput, containers: readonly ContainerDefinition[]): void {
  if (task['networkMode'] !== 'awsvpc') throw clientException('Fargate only supports network mode ‘awsvpc’.');
  if (task.cpu === undefined) throw clientException("Fargate requires that 'cpu' be defined at the task level.");
  if (task.memory === undefined) throw clientException("Fargate requires that 'memory' be defined at the task level.");
  const offered = FARGATE_MEMORY.get(Number(task.cpu));
  if (offered === undefined)
    throw clientException(
      "Invalid 'cpu' setting for task. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
    );
  if (!offered.includes(Number(task.memory)))
    throw clientException('No Fargate configuration exists for given values.');
  const storage = task['ephemeralStorage'] as { readonly sizeInGiB?: number } | undefined;
  if (storage !== undefined && !(Number(storage.sizeInGiB) >= 21 && Number(storage.sizeInGiB) <= 200)) {
    throw clientException('Ephemeral storage size must be between 21 and 200 GiB.');
  }
  if (task['placementConstraints'] !== undefined && (task['placementConstraints'] as []).length > 0) {
    throw clientException('Fargate does not support placement constraints.');
  }
  for (const container of containers) checkFargateContainer(task, container);
}

function checkFargateContainer(task: OpenShape, container: ContainerDefinition): void {
  if (container['privileged'] === true) throw clientException('Fargate does not support privileged containers.');
  for (const member of NOT_ON_FARGATE) {
    if (((container[member] ?? []) as readonly unknown[]).length > 0) {
      throw clientException(`Fargate does not support ${member} in container definitions.`);
    }
  }
  if (task['executionRoleArn'] !== undefined) return;
  const driver = (container['logConfiguration'] as { readonly logDriver?: string } | undefined)?.logDriver;
  if (driver === 'awslogs') {
    throw clientException('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
  if (/^\d{12}\.dkr\.ecr\./.test(container.image ?? '')) {
    throw clientException('Fargate requires task definition to have execution role ARN to support ECR images.');
  }
  if ((container.secrets ?? []).length > 0) {
    throw clientException(
      'When you are specifying container secrets, you must also specify a value for executionRoleArn.',
    );
  }
}

function steps(fromGiB: number, toGiB: number, byGiB: number): readonly number[] {
  const count = Math.floor((toGiB - fromGiB) / byGiB) + 1;
  return Array.from({ length: count }, (_, index) => (fromGiB + index * byGiB) * GIB);
}

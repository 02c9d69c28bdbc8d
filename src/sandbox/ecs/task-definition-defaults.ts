import type { ContainerDefinition, RegisterTaskDefinitionInput } from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';
import { rotate } from '../page.ts';

interface PortMapping extends OpenShape {
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly protocol?: string;
}

/** A task definition as ECS stores and returns it: defaults filled in, sizes as numbers of units and MiB. */
export function filledDefinition(input: RegisterTaskDefinitionInput): RegisterTaskDefinitionInput {
  const { tags: _, ...document } = input;
  const networkMode = input['networkMode'] ?? 'bridge';
  return {
    ...document,
    networkMode,
    volumes: input['volumes'] ?? [],
    placementConstraints: input['placementConstraints'] ?? [],
    ...(input.cpu !== undefined && { cpu: cpuUnits(input.cpu) }),
    ...(input.memory !== undefined && { memory: memoryMiB(input.memory) }),
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      filledContainer(container, networkMode === 'awsvpc'),
    ),
  };
}

/** `1 vCPU` → `1024` (RegisterTaskDefinition, `cpu`). */
export function cpuUnits(text: string): string {
  const match = /^\s*([\d.]+)\s*vcpu\s*$/i.exec(text);
  return match === null ? text.trim() : String(Math.round(Number(match[1]) * 1024));
}

/** `0.5 GB` → `512` (RegisterTaskDefinition, `memory`). */
export function memoryMiB(text: string): string {
  const match = /^\s*([\d.]+)\s*gb\s*$/i.exec(text);
  return match === null ? text.trim() : String(Math.round(Number(match[1]) * 1024));
}

function filledContainer(container: ContainerDefinition, awsvpc: boolean): ContainerDefinition {
  const healthCheck = container['healthCheck'] as OpenShape | undefined;
  return {
    ...container,
    cpu: container['cpu'] ?? 0,
    essential: container.essential ?? true,
    // The order of environment is not kept (terraform-provider-aws acceptance tests; ecspresso sorts for it).
    environment: rotate(container.environment ?? [], 1),
    mountPoints: container['mountPoints'] ?? [],
    volumesFrom: container['volumesFrom'] ?? [],
    systemControls: container['systemControls'] ?? [],
    portMappings: ((container['portMappings'] ?? []) as readonly PortMapping[]).map((mapping) =>
      filledMapping(mapping, awsvpc),
    ),
    ...(healthCheck !== undefined && { healthCheck: { interval: 30, timeout: 5, retries: 3, ...healthCheck } }),
  };
}

function filledMapping(mapping: PortMapping, awsvpc: boolean): PortMapping {
  const { containerPort, hostPort = 0 } = mapping;
  const host = awsvpc && hostPort === 0 ? containerPort : hostPort;
  return {
    ...mapping,
    protocol: mapping.protocol ?? 'tcp',
    ...(host !== undefined && { hostPort: host }),
  };
}

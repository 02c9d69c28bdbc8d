import type { ContainerDefinition, TaskDefinitionSettings } from '../aws/operations.ts';
import { mergeOver } from '../lib/merge.ts';
import type { Container, FargateService, HealthCheck, Logging } from '../manifest/types.ts';
import { healthCheckCommand } from './health-check-command.ts';

/** The task definition that a manifest asks for, in ECS's own form, with `raw.taskDefinition` merged last. */
export function taskDefinitionDocument(manifest: FargateService, image: string): TaskDefinitionSettings {
  const { spec } = manifest;
  const document: TaskDefinitionSettings = {
    family: spec.family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(spec.cpu),
    memory: String(spec.memory),
    runtimePlatform: {
      cpuArchitecture: spec.architecture === 'arm64' ? 'ARM64' : 'X86_64',
      operatingSystemFamily: 'LINUX',
    },
    containerDefinitions: [mainContainer(manifest, image), ...(spec.sidecars as readonly ContainerDefinition[])],
    ...optional('ephemeralStorage', spec.ephemeralStorageGiB, (sizeInGiB) => ({ sizeInGiB })),
    ...optional('executionRoleArn', spec.executionRoleArn),
    ...optional('taskRoleArn', spec.taskRoleArn),
    ...(spec.volumes.length === 0 ? {} : { volumes: spec.volumes }),
  };
  return mergeOver(document, spec.raw.taskDefinition) as TaskDefinitionSettings;
}

function mainContainer(manifest: FargateService, image: string): ContainerDefinition {
  const { container, logging, region } = manifest.spec;
  const python = manifest.spec.image.build?.template === 'strands-agent';
  return {
    name: container.name,
    image,
    essential: true,
    portMappings: [{ containerPort: container.port, protocol: 'tcp' }],
    environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    ...lists(container),
    ...optional('healthCheck', container.healthCheck, (check) => healthCheckOf(check, container.port, python)),
    ...optional('stopTimeout', container.stopTimeoutSeconds),
    ...(logging.enabled ? { logConfiguration: logConfigurationOf(logging, region) } : {}),
  };
}

function lists(container: Container): Partial<ContainerDefinition> {
  return {
    ...(container.command.length === 0 ? {} : { command: container.command }),
    ...(container.entryPoint.length === 0 ? {} : { entryPoint: container.entryPoint }),
  };
}

function healthCheckOf(check: HealthCheck, port: number, python: boolean): object {
  const { probe, timeoutSeconds } = check;
  return {
    command:
      'command' in probe ? probe.command : healthCheckCommand({ port, path: probe.path, timeoutSeconds, python }),
    interval: check.intervalSeconds,
    timeout: timeoutSeconds,
    retries: check.retries,
    ...(check.startPeriodSeconds === 0 ? {} : { startPeriod: check.startPeriodSeconds }),
  };
}

/**
 * `mode` is written out because its default is an account setting that AWS changed on 2025-06-25
 * (ECS developer guide, "ecs-account-settings", defaultLogDriverMode).
 */
function logConfigurationOf(logging: Logging, region: string): object {
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logging.group,
      'awslogs-region': region,
      'awslogs-stream-prefix': logging.streamPrefix,
      mode: 'non-blocking',
      'max-buffer-size': '25m',
    },
  };
}

function optional<Value>(name: string, value: Value | undefined, form: (value: Value) => unknown = (v) => v): object {
  return value === undefined ? {} : { [name]: form(value) };
}

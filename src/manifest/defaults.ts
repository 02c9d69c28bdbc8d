import type {
  AutoscalingDocument,
  CircuitBreakerDocument,
  ContainerDocument,
  FargateServiceDocument,
  HealthCheckDocument,
  ImageDocument,
  LoadBalancerDocument,
  LoggingDocument,
  RepositoryEncryptionDocument,
  RepositorySettingsDocument,
  RolloutDocument,
  ScalingScheduleDocument,
  ScalingTargetDocument,
} from './fargate-service.generated.ts';
import type {
  Autoscaling,
  Container,
  FargateService,
  HealthCheck,
  Image,
  LoadBalancerAttachment,
  Logging,
  RepositorySettings,
  Rollout,
  ScalingSchedule,
  ScalingTarget,
} from './types.ts';

/** Fills in every default. `document` must be valid. */
export function applyDefaults(document: FargateServiceDocument, defaultRegion: string): FargateService {
  const { metadata, spec } = document;
  const family = spec.family ?? metadata.name;
  const container = containerOf(spec.container ?? {});
  const loadBalancers = (spec.loadBalancers ?? []).map((item) => loadBalancerOf(item, container));
  const autoscaling = spec.autoscaling === undefined ? undefined : autoscalingOf(spec.autoscaling);
  return {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'FargateService',
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace ?? 'default',
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    },
    spec: {
      mode: spec.mode ?? 'manage',
      deletionPolicy: spec.deletionPolicy ?? 'retain',
      region: spec.region ?? defaultRegion,
      ...given({ account: spec.account, assumeRoleArn: spec.assumeRoleArn }),
      cluster: spec.cluster,
      serviceName: spec.serviceName ?? metadata.name,
      family,
      cpu: spec.cpu ?? 256,
      memory: spec.memory ?? 512,
      architecture: spec.architecture ?? 'x86_64',
      ...given({ ephemeralStorageGiB: spec.ephemeralStorageGiB }),
      platformVersion: spec.platformVersion ?? 'LATEST',
      ...given({ executionRoleArn: spec.executionRoleArn, taskRoleArn: spec.taskRoleArn }),
      image: imageOf(spec.image, metadata.name),
      container,
      sidecars: spec.sidecars ?? [],
      volumes: spec.volumes ?? [],
      network: {
        subnets: spec.network.subnets,
        securityGroups: spec.network.securityGroups,
        assignPublicIp: spec.network.assignPublicIp ?? false,
      },
      desiredCount: spec.desiredCount ?? defaultCount(autoscaling),
      capacityProviders: (spec.capacityProviders ?? []).map(({ name, weight, base }) => ({
        name,
        weight: weight ?? 1,
        base: base ?? 0,
      })),
      logging: loggingOf(spec.logging ?? {}, family),
      loadBalancers,
      ...given({ autoscaling }),
      rollout: rolloutOf(spec.rollout ?? {}, loadBalancers.length > 0),
      enableExecuteCommand: spec.enableExecuteCommand ?? false,
      tags: spec.tags ?? {},
      raw: { taskDefinition: spec.raw?.taskDefinition ?? {}, service: spec.raw?.service ?? {} },
    },
  };
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the members that are undefined. */
function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>;
}

function defaultCount(autoscaling: Autoscaling | undefined): number {
  return autoscaling === undefined ? 1 : Math.min(Math.max(1, autoscaling.minCapacity), autoscaling.maxCapacity);
}

function imageOf(image: ImageDocument, name: string): Image {
  const { build } = image;
  if (build === undefined) return { uri: image.uri ?? '', follow: image.follow ?? false };
  return {
    build: {
      context: build.context,
      dockerfile: build.dockerfile ?? 'Dockerfile',
      args: build.args ?? {},
      repository: build.repository ?? name,
      repositorySettings: repositorySettings(build.repositorySettings),
      ...given({ target: build.target, template: build.template }),
    },
  };
}

function repositorySettings(settings: RepositorySettingsDocument = {}): RepositorySettings {
  return {
    tagMutability: settings.tagMutability ?? 'IMMUTABLE',
    scanOnPush: settings.scanOnPush ?? true,
    ...given({
      lifecyclePolicy: settings.lifecyclePolicy,
      encryption: settings.encryption && encryptionOf(settings.encryption),
    }),
  };
}

function encryptionOf({
  type,
  kmsKeyArn,
}: RepositoryEncryptionDocument): NonNullable<RepositorySettings['encryption']> {
  return { type, ...given({ kmsKeyArn }) };
}

function containerOf(container: ContainerDocument): Container {
  return {
    name: container.name ?? 'strands-agent',
    port: container.port ?? 8000,
    environment: container.environment ?? {},
    secrets: container.secrets ?? {},
    command: container.command ?? [],
    entryPoint: container.entryPoint ?? [],
    ...given({
      healthCheck: healthCheckOf(container.healthCheck ?? {}),
      stopTimeoutSeconds: container.stopTimeoutSeconds,
    }),
  };
}

function healthCheckOf(check: HealthCheckDocument): HealthCheck | undefined {
  if (check.disabled === true) return undefined;
  return {
    probe: check.command === undefined ? { path: check.path ?? '/health' } : { command: check.command },
    intervalSeconds: check.intervalSeconds ?? 30,
    timeoutSeconds: check.timeoutSeconds ?? 5,
    retries: check.retries ?? 3,
    startPeriodSeconds: check.startPeriodSeconds ?? 60,
  };
}

function loggingOf(logging: LoggingDocument, family: string): Logging {
  return {
    enabled: logging.enabled ?? true,
    group: logging.group ?? `/ecs/${family}`,
    // Never expires, as CloudWatch has it: a default must not delete anybody's logs.
    retentionDays: logging.retentionDays ?? 0,
    streamPrefix: logging.streamPrefix ?? 'ecs',
  };
}

function loadBalancerOf(item: LoadBalancerDocument, container: Container): LoadBalancerAttachment {
  const containerName = item.containerName ?? container.name;
  const containerPort = item.containerPort ?? container.port;
  if (item.listenerArn === undefined) {
    return { targetGroupArn: item.targetGroupArn ?? '', containerName, containerPort };
  }
  const probe = container.healthCheck?.probe;
  return {
    listenerArn: item.listenerArn,
    priority: item.priority ?? 0,
    hosts: item.hosts ?? [],
    paths: item.paths ?? [],
    containerName,
    containerPort,
    healthCheckPath: item.healthCheckPath ?? (probe !== undefined && 'path' in probe ? probe.path : '/health'),
    deregistrationDelaySeconds: item.deregistrationDelaySeconds ?? 30,
  };
}

function autoscalingOf(autoscaling: AutoscalingDocument): Autoscaling {
  const schedules = (autoscaling.schedules ?? []).map(scheduleOf);
  const targets = autoscaling.targets ?? (schedules.length > 0 ? [] : [{ cpu: 70 }]);
  return {
    minCapacity: autoscaling.minCapacity ?? 1,
    maxCapacity: autoscaling.maxCapacity ?? 10,
    targets: targets.map(targetOf),
    schedules,
  };
}

function targetOf(target: ScalingTargetDocument): ScalingTarget {
  return {
    ...trackedBy(target),
    scaleInCooldownSeconds: target.scaleInCooldownSeconds ?? 300,
    scaleOutCooldownSeconds: target.scaleOutCooldownSeconds ?? 300,
    disableScaleIn: target.disableScaleIn ?? false,
  };
}

function trackedBy(target: ScalingTargetDocument): Pick<ScalingTarget, 'metric' | 'value'> {
  if (target.metric !== undefined) {
    const { name, specification, value } = target.metric;
    return { metric: { kind: 'custom', name, specification }, value };
  }
  if (target.memory !== undefined) return { metric: { kind: 'memory' }, value: target.memory };
  if (target.cpu !== undefined) return { metric: { kind: 'cpu' }, value: target.cpu };
  return { metric: { kind: 'requestsPerTarget' }, value: target.requestsPerTarget ?? 0 };
}

function scheduleOf(schedule: ScalingScheduleDocument): ScalingSchedule {
  return {
    name: schedule.name,
    schedule: schedule.schedule,
    timezone: schedule.timezone ?? 'UTC',
    ...given({ minCapacity: schedule.minCapacity, maxCapacity: schedule.maxCapacity }),
  };
}

function rolloutOf(rollout: RolloutDocument, balanced: boolean): Rollout {
  return {
    strategy: rollout.strategy ?? 'rolling',
    minimumHealthyPercent: rollout.minimumHealthyPercent ?? 100,
    maximumPercent: rollout.maximumPercent ?? 200,
    circuitBreaker: circuitBreakerOf(rollout.circuitBreaker ?? {}),
    alarms: rollout.alarms ?? [],
    ...given({ healthCheckGracePeriodSeconds: rollout.healthCheckGracePeriodSeconds ?? (balanced ? 60 : undefined) }),
    timeoutMinutes: rollout.timeoutMinutes ?? 30,
  };
}

function circuitBreakerOf(breaker: CircuitBreakerDocument): Rollout['circuitBreaker'] {
  const enabled = breaker.enabled ?? true;
  return { enabled, rollback: breaker.rollback ?? enabled };
}

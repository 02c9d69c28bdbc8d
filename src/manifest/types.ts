/**
 * The words, one each, everywhere:
 *
 * - manifest: what a person committed, after substitution, lowering and defaults.
 * - key: `namespace/name` of a manifest.
 * - generation: counts the changes of one manifest that reached AWS.
 * - pass: one run over one key, everything re-read.
 * - link: one step of a pass (log group, task definition, service, …).
 * - observation: what a link read from AWS.
 * - difference: one field that is not as the manifest has it.
 * - action: one write that a plan contains.
 * - plan: the actions of one pass, as a value.
 * - outcome: how a pass ended.
 * - condition: one statement about a service, Kubernetes style.
 * - rollout: ECS replacing the tasks of a service.
 * - revision: one version of a task definition.
 * - lease, epoch: who may write, and since which change of hands.
 * - sandbox: the embedded imitation of AWS.
 */

/** A manifest with every default filled in: what all code behind the parser works with. */
export interface FargateService {
  readonly apiVersion: 'evenkeel.dev/v1';
  readonly kind: 'FargateService';
  readonly metadata: Metadata;
  readonly spec: FargateServiceSpec;
}

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  /** Become tags on what Evenkeel creates. */
  readonly labels: StringMap;
  /** Known: `evenkeel.dev/suspend`, `evenkeel.dev/adopt`. */
  readonly annotations: StringMap;
}

export type StringMap = Readonly<Record<string, string>>;

export interface FargateServiceSpec {
  readonly mode: 'manage' | 'observe';
  readonly deletionPolicy: 'retain' | 'delete';
  readonly region: string;
  readonly account?: string;
  readonly assumeRoleArn?: string;
  readonly cluster: string;
  readonly serviceName: string;
  readonly family: string;
  readonly cpu: number;
  /** MiB */
  readonly memory: number;
  readonly architecture: 'x86_64' | 'arm64';
  /** 21 to 200; absent: the 20 GiB that Fargate gives without asking. */
  readonly ephemeralStorageGiB?: number;
  readonly platformVersion: string;
  readonly executionRoleArn?: string;
  readonly taskRoleArn?: string;
  readonly image: Image;
  readonly container: Container;
  /** ECS container definitions. */
  readonly sidecars: readonly RawObject[];
  /** ECS volumes. */
  readonly volumes: readonly RawObject[];
  readonly network: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
    readonly assignPublicIp: boolean;
  };
  readonly desiredCount: number;
  /** Empty: launch type FARGATE. */
  readonly capacityProviders: readonly { readonly name: string; readonly weight: number; readonly base: number }[];
  readonly logging: Logging;
  readonly loadBalancers: readonly LoadBalancerAttachment[];
  readonly autoscaling?: Autoscaling;
  readonly rollout: Rollout;
  readonly enableExecuteCommand: boolean;
  readonly tags: StringMap;
  readonly raw: { readonly taskDefinition: RawObject; readonly service: RawObject };
}

/** JSON of the ECS API, passed through. */
export type RawObject = Readonly<Record<string, unknown>>;

/** Exactly one of the two. */
export type Image =
  | { readonly uri: string; readonly build?: undefined; readonly follow: boolean }
  | { readonly build: ImageBuild; readonly uri?: undefined };

export interface ImageBuild {
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: StringMap;
  /** Name of the ECR repository. */
  readonly repository: string;
  readonly repositorySettings: RepositorySettings;
  readonly template?: 'strands-agent';
}

/** How the ECR repository that built images are pushed to is kept. */
export interface RepositorySettings {
  readonly tagMutability: 'IMMUTABLE' | 'MUTABLE';
  readonly scanOnPush: boolean;
  /** Only at creation; absent: ECR's own AES256. */
  readonly encryption?: { readonly type: 'AES256' | 'KMS' | 'KMS_DSSE'; readonly kmsKeyArn?: string };
  /**
   * An ECR lifecycle policy. Absent: whatever there is, and none at first. No rule of ECR's can tell which images revisions
   * use: one for untagged images takes a digest that runs as soon as its tag was moved, counted from when it was pushed.
   */
  readonly lifecyclePolicy?: RawObject;
}

export interface Container {
  readonly name: string;
  readonly port: number;
  readonly environment: StringMap;
  readonly secrets: StringMap;
  readonly command: readonly string[];
  readonly entryPoint: readonly string[];
  /** Undefined: switched off. */
  readonly healthCheck?: HealthCheck;
  readonly stopTimeoutSeconds?: number;
}

export interface HealthCheck {
  /** What is asked: a path on the container's port, or a command in ECS's form (`CMD`, `CMD-SHELL` first). */
  readonly probe: { readonly path: string } | { readonly command: readonly string[] };
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

export interface Logging {
  readonly enabled: boolean;
  readonly group: string;
  /** 0: never expires. */
  readonly retentionDays: number;
  readonly streamPrefix: string;
}

export type LoadBalancerAttachment =
  | { readonly targetGroupArn: string; readonly containerName: string; readonly containerPort: number }
  | {
      readonly listenerArn: string;
      readonly priority: number;
      readonly hosts: readonly string[];
      readonly paths: readonly string[];
      readonly containerName: string;
      readonly containerPort: number;
      readonly healthCheckPath: string;
      readonly deregistrationDelaySeconds: number;
    };

export interface Autoscaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly targets: readonly ScalingTarget[];
  readonly schedules: readonly ScalingSchedule[];
}

export interface ScalingTarget {
  readonly metric:
    | { readonly kind: 'cpu' }
    | { readonly kind: 'memory' }
    | { readonly kind: 'requestsPerTarget' }
    /** A CustomizedMetricSpecification of Application Auto Scaling, and the name that tells policies apart. */
    | { readonly kind: 'custom'; readonly name: string; readonly specification: RawObject };
  readonly value: number;
  readonly scaleInCooldownSeconds: number;
  readonly scaleOutCooldownSeconds: number;
  readonly disableScaleIn: boolean;
}

export interface ScalingSchedule {
  readonly name: string;
  /** `cron(…)`, `rate(…)` or `at(…)`, as Application Auto Scaling takes them. */
  readonly schedule: string;
  readonly timezone: string;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
}

export interface Rollout {
  readonly strategy: 'rolling' | 'blueGreen' | 'canary' | 'linear';
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker: { readonly enabled: boolean; readonly rollback: boolean };
  /** CloudWatch alarm names. */
  readonly alarms: readonly string[];
  /** Absent: ECS's own default. */
  readonly healthCheckGracePeriodSeconds?: number;
  readonly timeoutMinutes: number;
}

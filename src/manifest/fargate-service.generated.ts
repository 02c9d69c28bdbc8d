/* Generated from schemas/fargate-service.v1.json by .ci/generate-types.mjs. Do not edit. */

/**
 * One Amazon ECS service on Fargate, as Evenkeel keeps it: image, task definition, network, scaling and rollout.
 */
export interface FargateServiceDocument {
  /**
   * Where this schema is found; read by editors only.
   */
  $schema?: string;
  /**
   * Version of the manifest language.
   */
  apiVersion: 'evenkeel.dev/v1';
  /**
   * Kind of the manifest.
   */
  kind: 'FargateService';
  metadata: MetadataDocument;
  spec: SpecDocument;
}
/**
 * What the service is called and how it is labelled.
 */
export interface MetadataDocument {
  /**
   * Name of the manifest inside its namespace, and of the ECS service unless `spec.serviceName` says otherwise.
   */
  name: string;
  /**
   * The tenant the service belongs to. Two manifests may have one name in different namespaces.
   */
  namespace?: string;
  /**
   * Become tags on everything Evenkeel creates for this service.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Instructions to Evenkeel and notes for people: `evenkeel.dev/suspend: "true"` leaves the service alone, `evenkeel.dev/adopt: "true"` takes over a service that exists already.
   */
  annotations?: {
    [k: string]: string;
  };
}
/**
 * What should run.
 */
export interface SpecDocument {
  /**
   * `manage` converges the service; `observe` reports drift and never writes.
   */
  mode?: 'manage' | 'observe';
  /**
   * What the removal of this manifest does to the live service: `retain` leaves it running, `delete` removes it.
   */
  deletionPolicy?: 'retain' | 'delete';
  /**
   * AWS region. Without it, the region the controller or the command line works in.
   */
  region?: string;
  /**
   * Account guard: nothing is written if the credentials belong to another account. Quote it.
   */
  account?: string;
  /**
   * Role to take on for this service, so that one controller can serve many accounts.
   */
  assumeRoleArn?: string;
  /**
   * Name of the ECS cluster. It must exist.
   */
  cluster: string;
  /**
   * Name of the ECS service. Without it, `metadata.name`.
   */
  serviceName?: string;
  /**
   * Task definition family. Without it, `metadata.name`.
   */
  family?: string;
  /**
   * CPU units of a task; 1024 are one vCPU. Each value allows certain values of `memory`.
   */
  cpu?: 256 | 512 | 1024 | 2048 | 4096 | 8192 | 16384 | 32768;
  /**
   * Memory of a task in MiB. Fargate offers certain values for each value of `cpu`.
   */
  memory?: number;
  /**
   * Processor architecture the image is built for.
   */
  architecture?: 'x86_64' | 'arm64';
  /**
   * Ephemeral storage of a task in GiB. Without it, the 20 GiB that every Fargate task has.
   */
  ephemeralStorageGiB?: number;
  /**
   * Fargate platform version.
   */
  platformVersion?: string;
  /**
   * Role with which ECS pulls the image, reads secrets and writes logs.
   */
  executionRoleArn?: string;
  /**
   * Role the application in the container has.
   */
  taskRoleArn?: string;
  image: ImageDocument;
  container?: ContainerDocument;
  /**
   * Further containers of the task, in the field names of the ECS API (`ContainerDefinition`).
   */
  sidecars?: SidecarDocument[];
  /**
   * Volumes of the task, in the field names of the ECS API (`Volume`).
   */
  volumes?: VolumeDocument[];
  network: NetworkDocument;
  /**
   * Number of tasks. With `autoscaling`, only the number the service is created with; then 1, moved into the band, is the default.
   */
  desiredCount?: number;
  /**
   * Where tasks run. Empty: launch type FARGATE.
   */
  capacityProviders?: CapacityProviderDocument[];
  logging?: LoggingDocument;
  /**
   * Load balancers in front of the service: an existing target group each, or one made on an existing listener.
   */
  loadBalancers?: LoadBalancerDocument[];
  autoscaling?: AutoscalingDocument;
  rollout?: RolloutDocument;
  /**
   * Allows `aws ecs execute-command` into the tasks.
   */
  enableExecuteCommand?: boolean;
  /**
   * Tags on everything Evenkeel creates for this service, beside its own and those of `metadata.labels`.
   */
  tags?: {
    [k: string]: string;
  };
  raw?: RawDocument;
}
/**
 * The image of the main container: exactly one of `uri` and `build`.
 */
export interface ImageDocument {
  /**
   * Reference of an existing image. A tag is resolved to a digest before it is deployed.
   */
  uri?: string;
  /**
   * Only with `uri`: deploy again when the tag comes to name another image.
   */
  follow?: boolean;
  build?: ImageBuildDocument;
}
/**
 * Build the image from source, and push it only if its content has changed.
 */
export interface ImageBuildDocument {
  /**
   * Directory to build, relative to the manifest.
   */
  context: string;
  /**
   * Dockerfile, relative to the context.
   */
  dockerfile?: string;
  /**
   * Stage of the Dockerfile to build.
   */
  target?: string;
  /**
   * Build arguments. They end up in the image's history: no secrets here.
   */
  args?: {
    [k: string]: string;
  };
  /**
   * ECR repository to push to. Without it, `metadata.name`.
   */
  repository?: string;
  repositorySettings?: RepositorySettingsDocument;
  /**
   * Where the context has no Dockerfile of its own: build it as this kind of application.
   */
  template?: 'strands-agent';
}
/**
 * How the ECR repository of a built image is made and kept.
 */
export interface RepositorySettingsDocument {
  /**
   * Whether a tag may come to name another image. Built images are tagged with their content, so IMMUTABLE costs nothing.
   */
  tagMutability?: 'IMMUTABLE' | 'MUTABLE';
  /**
   * Scan images for vulnerabilities when they are pushed.
   */
  scanOnPush?: boolean;
  encryption?: RepositoryEncryptionDocument;
  /**
   * ECR lifecycle policy, as its API takes it. Without it none is set, and nothing expires: ECR does not know which images are in use. A rule for images without a tag is safe as long as no tag is ever moved.
   */
  lifecyclePolicy?: {
    [k: string]: unknown;
  };
}
/**
 * How images are encrypted. Only at creation: ECR cannot change it. Without it, AES256.
 */
export interface RepositoryEncryptionDocument {
  /**
   * Kind of encryption.
   */
  type: 'AES256' | 'KMS' | 'KMS_DSSE';
  /**
   * Key of your own. Without it, the AWS managed key of ECR.
   */
  kmsKeyArn?: string;
}
/**
 * The main container.
 */
export interface ContainerDocument {
  /**
   * Name of the container in the task.
   */
  name?: string;
  /**
   * Port the application listens on.
   */
  port?: number;
  /**
   * Environment variables. Values are strings; quote numbers and booleans. Secrets belong into `secrets`.
   */
  environment?: {
    [k: string]: string;
  };
  /**
   * Environment variables read from Secrets Manager or SSM Parameter Store when a task starts: ARN of the secret or parameter, or name of the parameter.
   */
  secrets?: {
    [k: string]: string;
  };
  /**
   * Replaces the command of the image. Empty: as the image says.
   */
  command?: string[];
  /**
   * Replaces the entry point of the image. Empty: as the image says.
   */
  entryPoint?: string[];
  healthCheck?: HealthCheckDocument;
  /**
   * Seconds between SIGTERM and SIGKILL. Without it, the 30 seconds of Fargate.
   */
  stopTimeoutSeconds?: number;
}
/**
 * How ECS finds out whether the container does its work: a `path` to ask for, a `command` to run in the container, or `disabled: true`.
 */
export interface HealthCheckDocument {
  /**
   * Path on the port of the container that answers with 2xx or 3xx while it is healthy.
   */
  path?: string;
  /**
   * Command in the form of ECS: `CMD` and arguments, or `CMD-SHELL` and one line for the shell. Exit code 0 means healthy.
   */
  command?: string[];
  /**
   * True: the container has no health check.
   */
  disabled?: boolean;
  /**
   * Seconds between two checks.
   */
  intervalSeconds?: number;
  /**
   * Seconds after which a check without an answer has failed.
   */
  timeoutSeconds?: number;
  /**
   * Failed checks in a row after which the container is unhealthy.
   */
  retries?: number;
  /**
   * Seconds after the start in which failed checks do not count.
   */
  startPeriodSeconds?: number;
}
export interface SidecarDocument {
  /**
   * Name of the container.
   */
  name: string;
  /**
   * Image reference.
   */
  image: string;
  [k: string]: unknown;
}
export interface VolumeDocument {
  /**
   * Name of the volume.
   */
  name: string;
  [k: string]: unknown;
}
/**
 * Where the tasks are connected.
 */
export interface NetworkDocument {
  /**
   * Subnet ids, all of one VPC.
   */
  subnets: string[];
  /**
   * Security group ids.
   */
  securityGroups: string[];
  /**
   * True gives every task a public address, which tasks in public subnets need to pull their image.
   */
  assignPublicIp?: boolean;
}
/**
 * One share of the tasks.
 */
export interface CapacityProviderDocument {
  /**
   * `FARGATE`, `FARGATE_SPOT`, or another provider of the cluster.
   */
  name: string;
  /**
   * Share of the tasks above all `base`s, in proportion to the other weights.
   */
  weight?: number;
  /**
   * Number of tasks this provider runs before the weights count. Only one provider may have one.
   */
  base?: number;
}
/**
 * Where the output of the main container goes.
 */
export interface LoggingDocument {
  /**
   * False: no log group, no log configuration.
   */
  enabled?: boolean;
  /**
   * CloudWatch log group. Without it, `/ecs/` and the family.
   */
  group?: string;
  /**
   * Days after which CloudWatch deletes log events. 0: never.
   */
  retentionDays?:
    | 0
    | 1
    | 3
    | 5
    | 7
    | 14
    | 30
    | 60
    | 90
    | 120
    | 150
    | 180
    | 365
    | 400
    | 545
    | 731
    | 1096
    | 1827
    | 2192
    | 2557
    | 2922
    | 3288
    | 3653;
  /**
   * First part of the names of the log streams.
   */
  streamPrefix?: string;
}
/**
 * Exactly one of `targetGroupArn` (attach to it) and `listenerArn` (have a target group and a rule made).
 */
export interface LoadBalancerDocument {
  /**
   * An existing target group, of target type `ip`.
   */
  targetGroupArn?: string;
  /**
   * An existing listener on which to make a rule.
   */
  listenerArn?: string;
  /**
   * Priority of the rule; lower ones are asked first. Needed with `listenerArn`.
   */
  priority?: number;
  /**
   * Host names the rule matches.
   */
  hosts?: string[];
  /**
   * Paths the rule matches.
   */
  paths?: string[];
  /**
   * Container that receives the traffic. Without it, `container.name`.
   */
  containerName?: string;
  /**
   * Port that receives the traffic. Without it, `container.port`.
   */
  containerPort?: number;
  /**
   * Path the load balancer asks for. Without it, the path of the container's health check, or `/health`. Only with `listenerArn`.
   */
  healthCheckPath?: string;
  /**
   * Seconds a stopping task keeps its open connections. Only with `listenerArn`.
   */
  deregistrationDelaySeconds?: number;
}
/**
 * Application Auto Scaling decides the number of tasks. Without it, `desiredCount` does.
 */
export interface AutoscalingDocument {
  /**
   * Least number of tasks.
   */
  minCapacity?: number;
  /**
   * Greatest number of tasks.
   */
  maxCapacity?: number;
  /**
   * What to keep near a value. Without it, and without schedules, 70 % CPU.
   */
  targets?: ScalingTargetDocument[];
  /**
   * Changes of the band at given times. They work while the controller is down.
   */
  schedules?: ScalingScheduleDocument[];
}
/**
 * Target tracking on exactly one of `cpu`, `memory`, `requestsPerTarget` and `metric`.
 */
export interface ScalingTargetDocument {
  /**
   * Average CPU utilization in percent.
   */
  cpu?: number;
  /**
   * Average memory utilization in percent.
   */
  memory?: number;
  /**
   * Requests a minute for each task behind the load balancer.
   */
  requestsPerTarget?: number;
  metric?: CustomMetricDocument;
  /**
   * Seconds between two removals of tasks.
   */
  scaleInCooldownSeconds?: number;
  /**
   * Seconds between two additions of tasks.
   */
  scaleOutCooldownSeconds?: number;
  /**
   * True: this target only ever adds tasks.
   */
  disableScaleIn?: boolean;
}
/**
 * A metric of one's own.
 */
export interface CustomMetricDocument {
  /**
   * Tells this target from the others; part of the policy's name.
   */
  name: string;
  /**
   * `CustomizedMetricSpecification` of the Application Auto Scaling API.
   */
  specification: {
    [k: string]: unknown;
  };
  /**
   * Value to keep the metric near.
   */
  value: number;
}
/**
 * A scheduled action of Application Auto Scaling. Needs `minCapacity`, `maxCapacity` or both.
 */
export interface ScalingScheduleDocument {
  /**
   * Tells this schedule from the others.
   */
  name: string;
  /**
   * `cron(minutes hours day-of-month month day-of-week year)`, `rate(value unit)` or `at(yyyy-mm-ddThh:mm:ss)`.
   */
  schedule: string;
  /**
   * Time zone of the schedule, by its IANA name.
   */
  timezone?: string;
  /**
   * Least number of tasks from then on.
   */
  minCapacity?: number;
  /**
   * Greatest number of tasks from then on.
   */
  maxCapacity?: number;
}
/**
 * How ECS replaces tasks when something changes.
 */
export interface RolloutDocument {
  /**
   * Deployment strategy of ECS.
   */
  strategy?: 'rolling' | 'blueGreen' | 'canary' | 'linear';
  /**
   * Share of `desiredCount` that stays healthy during a rollout. ECS rounds the number of tasks up.
   */
  minimumHealthyPercent?: number;
  /**
   * Share of `desiredCount` that may run during a rollout. ECS rounds the number of tasks down.
   */
  maximumPercent?: number;
  circuitBreaker?: CircuitBreakerDocument;
  /**
   * Names of CloudWatch alarms that make a rollout fail.
   */
  alarms?: string[];
  /**
   * Seconds after the start of a task in which a failing health check does not replace it. 60 where there is a load balancer.
   */
  healthCheckGracePeriodSeconds?: number;
  /**
   * Minutes after which a rollout that has not ended is called timed out.
   */
  timeoutMinutes?: number;
}
/**
 * What ECS does when the new tasks keep failing.
 */
export interface CircuitBreakerDocument {
  /**
   * True: ECS gives a rollout up when its tasks keep failing.
   */
  enabled?: boolean;
  /**
   * True: and goes back to the revision before. Without it, the value of `enabled`.
   */
  rollback?: boolean;
}
/**
 * The way out for everything this schema does not know: any field of the ECS API, merged last.
 */
export interface RawDocument {
  /**
   * Fields of `RegisterTaskDefinition`.
   */
  taskDefinition?: {
    [k: string]: unknown;
  };
  /**
   * Fields of `CreateService` and `UpdateService`.
   */
  service?: {
    [k: string]: unknown;
  };
}

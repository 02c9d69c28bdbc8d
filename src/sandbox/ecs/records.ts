import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  CreateServiceInput,
  DeploymentConfiguration,
  EcsLoadBalancer,
  EcsServiceEvent,
  EcsTag,
  TaskDefinition,
} from '../../aws/operations.ts';
import type { OpenShape } from '../../aws/shape.ts';

export interface ClusterRecord {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** Members of CreateCluster that are returned as given. */
  readonly given: OpenShape;
  tags: readonly EcsTag[];
}

export interface RevisionRecord {
  definition: TaskDefinition & {
    readonly taskDefinitionArn: string;
    readonly family: string;
    readonly revision: number;
  };
  tags: readonly EcsTag[];
}

/** What a deployment fixes: a change to any of it starts another. */
export interface Blueprint {
  readonly taskDefinition: string;
  readonly platformVersion: string;
  readonly networkConfiguration?: { readonly awsvpcConfiguration?: AwsVpcConfiguration };
  readonly loadBalancers: readonly EcsLoadBalancer[];
  readonly serviceRegistries: readonly OpenShape[];
  /** Shown on deployments alone: serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations. */
  readonly hidden: OpenShape;
}

export interface DeploymentRecord {
  readonly id: string;
  status: 'PRIMARY' | 'ACTIVE';
  readonly blueprint: Blueprint;
  readonly launchType: string | undefined;
  readonly capacityProviderStrategy: readonly CapacityProviderStrategyItem[] | undefined;
  /** 0 until the scheduler has taken the deployment up. */
  desiredCount: number;
  failedTasks: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  readonly isRollback: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
  /** Epoch ms before which no task is started again. */
  retryAt: number;
  /** How often the scheduler has paused before starting tasks again. */
  pauses: number;
}

/** What ECS remembers of a deployment after it is over. */
export interface ServiceDeploymentRecord {
  readonly deployment: DeploymentRecord;
  /** The deployment that goes back from it. */
  rollback: DeploymentRecord | undefined;
}

/** The members of a service that change in place. */
export interface ServiceSettings {
  desiredCount: number;
  launchType: string | undefined;
  capacityProviderStrategy: readonly CapacityProviderStrategyItem[] | undefined;
  deploymentConfiguration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds: number | undefined;
  enableExecuteCommand: boolean;
  enableECSManagedTags: boolean;
  propagateTags: string;
  availabilityZoneRebalancing: string;
  placementConstraints: readonly OpenShape[];
  placementStrategy: readonly OpenShape[];
  deploymentController: OpenShape;
  schedulingStrategy: string;
  /** Members that only DescribeServiceRevisions shows: monitoring, gatewayConnectors. */
  revisionOnly: OpenShape;
  /** Members the sandbox does not know, returned as they were given. */
  further: OpenShape;
}

export interface ServiceRecord {
  readonly arn: string;
  readonly name: string;
  readonly cluster: ClusterRecord;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  settings: ServiceSettings;
  blueprint: Blueprint;
  /** PRIMARY first. */
  deployments: DeploymentRecord[];
  /** Newest first; a deployment that goes back belongs to the one that failed. */
  history: ServiceDeploymentRecord[];
  /** Newest first. */
  events: EcsServiceEvent[];
  tags: readonly EcsTag[];
  readonly createdAt: Date;
  readonly visibleAt: number;
  /** The remains of a service of that name, which reads show until then. */
  former: ServiceRecord | undefined;
  readonly request: CreateServiceInput;
  /** The last deployment that completed: where a rollback goes. */
  lastCompleted: DeploymentRecord | undefined;
  /** Nothing is under way; said once in an event. */
  steady: boolean;
  /** Those that can still be described. */
  readonly tasks: Set<TaskRecord>;
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export interface TaskRecord {
  readonly arn: string;
  readonly id: string;
  readonly service: ServiceRecord;
  readonly deployment: DeploymentRecord;
  readonly definition: RevisionRecord;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** The scheduler counts it as healthy: its health checks pass, or it has run long enough. */
  healthy: boolean;
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  stopCode: string | undefined;
  stoppedReason: string | undefined;
  /** By container name; absent: it never ran, or runs. */
  readonly exitCodes: Map<string, number>;
  readonly address: string;
  readonly interfaceId: string;
  readonly zone: string;
  version: number;
  readonly createdAt: Date;
  readonly tags: readonly EcsTag[];
  pullStartedAt: Date | undefined;
  startedAt: Date | undefined;
  stoppingAt: Date | undefined;
  executionStoppedAt: Date | undefined;
  stoppedAt: Date | undefined;
}

/**
 * The AWS operations Evenkeel uses, in the shapes of the AWS APIs themselves.
 *
 * Only the members that our code reads or writes are spelled out; every shape is open, because `raw` passes any other
 * member through. Timestamps are `Date`s, as in the AWS SDK for JavaScript. Names, casing and nesting are AWS's own.
 */
import type { CodeBuildOperations } from './codebuild-operations.ts';
import type { EcrOperations } from './ecr-operations.ts';
import type { S3Operations } from './s3-operations.ts';
import type { ScalingOperations } from './scaling-operations.ts';
import type { Call, Nothing, OpenShape, TagMap } from './shape.ts';

// ---------------------------------------------------------------------------------------------------- shared

/** ECS spells tags in lower case. */
export interface EcsTag {
  readonly key?: string;
  readonly value?: string;
}

// ------------------------------------------------------------------------------------------------------- ECS

export interface EcsDeployment extends OpenShape {
  /** `ecs-svc/<19 digits>` */
  readonly id?: string;
  /** PRIMARY (newest) | ACTIVE (still has tasks, being replaced) | INACTIVE */
  readonly status?: string;
  readonly taskDefinition?: string;
  readonly desiredCount?: number;
  readonly pendingCount?: number;
  readonly runningCount?: number;
  readonly failedTasks?: number;
  /** IN_PROGRESS | COMPLETED | FAILED; FAILED needs a circuit breaker or alarms. */
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
}

export interface EcsServiceEvent {
  readonly id?: string;
  readonly createdAt?: Date;
  readonly message?: string;
}

export interface AwsVpcConfiguration {
  readonly subnets?: readonly string[];
  readonly securityGroups?: readonly string[];
  readonly assignPublicIp?: string;
}

export interface EcsLoadBalancer extends OpenShape {
  readonly targetGroupArn?: string;
  readonly containerName?: string;
  readonly containerPort?: number;
}

export interface CapacityProviderStrategyItem {
  readonly capacityProvider?: string;
  readonly weight?: number;
  readonly base?: number;
}

export interface DeploymentConfiguration extends OpenShape {
  readonly maximumPercent?: number;
  readonly minimumHealthyPercent?: number;
  readonly deploymentCircuitBreaker?: { readonly enable?: boolean; readonly rollback?: boolean } & OpenShape;
  readonly alarms?: { readonly alarmNames?: readonly string[]; readonly enable?: boolean; readonly rollback?: boolean };
  readonly strategy?: string;
}

/** What CreateService and UpdateService have in common. */
export interface EcsServiceSettings extends OpenShape {
  readonly cluster?: string;
  readonly taskDefinition?: string;
  readonly desiredCount?: number;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly networkConfiguration?: { readonly awsvpcConfiguration?: AwsVpcConfiguration };
  readonly platformVersion?: string;
  readonly loadBalancers?: readonly EcsLoadBalancer[];
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly healthCheckGracePeriodSeconds?: number;
  readonly enableExecuteCommand?: boolean;
  readonly enableECSManagedTags?: boolean;
  readonly propagateTags?: string;
}

export interface EcsService extends EcsServiceSettings {
  readonly serviceArn?: string;
  readonly serviceName?: string;
  readonly clusterArn?: string;
  /** ACTIVE | DRAINING | INACTIVE */
  readonly status?: string;
  readonly runningCount?: number;
  readonly pendingCount?: number;
  readonly launchType?: string;
  readonly deployments?: readonly EcsDeployment[];
  /** The newest 100, newest first. */
  readonly events?: readonly EcsServiceEvent[];
  readonly createdAt?: Date;
  /** Only with `include: ['TAGS']`. */
  readonly tags?: readonly EcsTag[];
}

/** One attempt to bring a service to a revision of its, as ListServiceDeployments has it. */
export interface ServiceDeployment {
  readonly createdAt?: Date;
  /**
   * PENDING | IN_PROGRESS | SUCCESSFUL | STOPPED | STOP_REQUESTED | ROLLBACK_REQUESTED | ROLLBACK_IN_PROGRESS |
   * ROLLBACK_SUCCESSFUL | ROLLBACK_FAILED
   */
  readonly status?: string;
  readonly targetServiceRevisionArn?: string;
}

/** What a deployment is to make of a service: the task definition and the settings, as DescribeServiceRevisions has them. */
export interface ServiceRevision extends OpenShape {
  readonly serviceRevisionArn?: string;
  readonly taskDefinition?: string;
}

export interface CreateServiceInput extends EcsServiceSettings {
  readonly serviceName: string;
  /** At most 36 ASCII characters; ECS does not repeat a call that carries the same one. */
  readonly clientToken?: string;
  readonly launchType?: string;
  readonly tags?: readonly EcsTag[];
}

export interface UpdateServiceInput extends EcsServiceSettings {
  readonly service: string;
  readonly forceNewDeployment?: boolean;
}

export interface ContainerDefinition extends OpenShape {
  readonly name?: string;
  readonly image?: string;
  readonly essential?: boolean;
  readonly environment?: readonly { readonly name?: string; readonly value?: string }[];
  readonly secrets?: readonly { readonly name?: string; readonly valueFrom?: string }[];
}

export interface TaskDefinitionSettings extends OpenShape {
  readonly family?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly containerDefinitions?: readonly ContainerDefinition[];
}

export interface TaskDefinition extends TaskDefinitionSettings {
  /** `arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>` */
  readonly taskDefinitionArn?: string;
  readonly revision?: number;
  /** ACTIVE | INACTIVE | DELETE_IN_PROGRESS */
  readonly status?: string;
  readonly registeredAt?: Date;
}

export interface RegisterTaskDefinitionInput extends TaskDefinitionSettings {
  /** Must be absent rather than empty: ECS refuses `[]`. */
  readonly tags?: readonly EcsTag[];
}

export interface EcsFailure {
  readonly arn?: string;
  readonly reason?: string;
  readonly detail?: string;
}

export interface EcsTaskContainer extends OpenShape {
  readonly name?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly lastStatus?: string;
  readonly healthStatus?: string;
}

export interface EcsTask extends OpenShape {
  readonly taskArn?: string;
  readonly taskDefinitionArn?: string;
  /** `service:<name>` */
  readonly group?: string;
  /** The id of the deployment that started it. */
  readonly startedBy?: string;
  readonly lastStatus?: string;
  readonly desiredStatus?: string;
  readonly healthStatus?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers?: readonly EcsTaskContainer[];
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly stoppingAt?: Date;
  readonly stoppedAt?: Date;
}

// ------------------------------------------------------------------------------------------- CloudWatch Logs

export interface LogGroup extends OpenShape {
  readonly logGroupName?: string;
  /** Ends in `:*`. */
  readonly arn?: string;
  /** Without the `:*`; the form that tagging takes. */
  readonly logGroupArn?: string;
  /** Absent: never expires. */
  readonly retentionInDays?: number;
}

// ------------------------------------------------------------------------------ Elastic Load Balancing v2, STS

export interface TargetGroup extends OpenShape {
  readonly TargetGroupArn?: string;
  readonly TargetGroupName?: string;
  readonly Port?: number;
  readonly TargetType?: string;
  readonly LoadBalancerArns?: readonly string[];
}

export interface CallerIdentity {
  readonly Account?: string;
  readonly Arn?: string;
  readonly UserId?: string;
}

// ------------------------------------------------------------------------------------------ the operations

/** Every operation, by `<api>:<operation>`. The one list that the SDK adapter, the sandbox and the quota table share. */
export interface Operations extends EcrOperations, ScalingOperations, CodeBuildOperations, S3Operations {
  'ecs:DescribeServices': Call<
    { readonly cluster: string; readonly services: readonly string[]; readonly include?: readonly string[] },
    { readonly services?: readonly EcsService[]; readonly failures?: readonly EcsFailure[] }
  >;
  'ecs:ListClusters': Call<
    { readonly maxResults?: number; readonly nextToken?: string } & OpenShape,
    { readonly clusterArns?: readonly string[]; readonly nextToken?: string }
  >;
  'ecs:ListServices': Call<
    { readonly cluster?: string; readonly maxResults?: number; readonly nextToken?: string } & OpenShape,
    { readonly serviceArns?: readonly string[]; readonly nextToken?: string }
  >;
  'ecs:ListServiceDeployments': Call<
    {
      readonly cluster: string;
      readonly service: string;
      readonly status?: readonly string[];
      readonly maxResults?: number;
      readonly nextToken?: string;
    },
    { readonly serviceDeployments?: readonly ServiceDeployment[]; readonly nextToken?: string }
  >;
  'ecs:DescribeServiceRevisions': Call<
    { readonly serviceRevisionArns: readonly string[] },
    { readonly serviceRevisions?: readonly ServiceRevision[]; readonly failures?: readonly EcsFailure[] }
  >;
  'ecs:CreateService': Call<CreateServiceInput, { readonly service?: EcsService }>;
  'ecs:UpdateService': Call<UpdateServiceInput, { readonly service?: EcsService }>;
  'ecs:DeleteService': Call<
    { readonly cluster: string; readonly service: string; readonly force?: boolean },
    { readonly service?: EcsService }
  >;
  'ecs:RegisterTaskDefinition': Call<
    RegisterTaskDefinitionInput,
    { readonly taskDefinition?: TaskDefinition; readonly tags?: readonly EcsTag[] }
  >;
  'ecs:DeregisterTaskDefinition': Call<
    { readonly taskDefinition: string },
    { readonly taskDefinition?: TaskDefinition }
  >;
  'ecs:DescribeTaskDefinition': Call<
    { readonly taskDefinition: string; readonly include?: readonly string[] },
    { readonly taskDefinition?: TaskDefinition; readonly tags?: readonly EcsTag[] }
  >;
  'ecs:ListTaskDefinitions': Call<
    {
      readonly familyPrefix?: string;
      readonly status?: string;
      readonly sort?: string;
      readonly maxResults?: number;
      readonly nextToken?: string;
    },
    { readonly taskDefinitionArns?: readonly string[]; readonly nextToken?: string }
  >;
  'ecs:ListTaskDefinitionFamilies': Call<
    {
      readonly familyPrefix?: string;
      readonly status?: string;
      readonly maxResults?: number;
      readonly nextToken?: string;
    },
    { readonly families?: readonly string[]; readonly nextToken?: string }
  >;
  'ecs:ListTasks': Call<
    {
      readonly cluster?: string;
      readonly serviceName?: string;
      readonly desiredStatus?: string;
      readonly maxResults?: number;
      readonly nextToken?: string;
    } & OpenShape,
    { readonly taskArns?: readonly string[]; readonly nextToken?: string }
  >;
  'ecs:DescribeTasks': Call<
    { readonly cluster?: string; readonly tasks: readonly string[]; readonly include?: readonly string[] },
    { readonly tasks?: readonly EcsTask[]; readonly failures?: readonly EcsFailure[] }
  >;
  'ecs:TagResource': Call<{ readonly resourceArn: string; readonly tags: readonly EcsTag[] }, Nothing>;
  'ecs:UntagResource': Call<{ readonly resourceArn: string; readonly tagKeys: readonly string[] }, Nothing>;
  'logs:DescribeLogGroups': Call<
    {
      readonly logGroupIdentifiers?: readonly string[];
      readonly logGroupNamePrefix?: string;
      readonly limit?: number;
      readonly nextToken?: string;
    },
    { readonly logGroups?: readonly LogGroup[]; readonly nextToken?: string }
  >;
  'logs:CreateLogGroup': Call<{ readonly logGroupName: string; readonly tags?: TagMap } & OpenShape, Nothing>;
  'logs:PutRetentionPolicy': Call<{ readonly logGroupName: string; readonly retentionInDays: number }, Nothing>;
  'logs:DeleteRetentionPolicy': Call<{ readonly logGroupName: string }, Nothing>;
  'logs:ListTagsForResource': Call<{ readonly resourceArn: string }, { readonly tags?: TagMap }>;
  'logs:TagResource': Call<{ readonly resourceArn: string; readonly tags: TagMap }, Nothing>;
  'logs:GetLogEvents': Call<
    {
      readonly logGroupName: string;
      readonly logStreamName: string;
      readonly startFromHead?: boolean;
      readonly nextToken?: string;
    },
    {
      readonly events?: readonly { readonly timestamp?: number; readonly message?: string }[];
      /** At the end of the stream it is the one that was given. */
      readonly nextForwardToken?: string;
    }
  >;
  'elbv2:DescribeTargetGroups': Call<
    { readonly TargetGroupArns?: readonly string[]; readonly Marker?: string },
    { readonly TargetGroups?: readonly TargetGroup[]; readonly NextMarker?: string }
  >;
  'sts:GetCallerIdentity': Call<Nothing, CallerIdentity>;
}

export type OperationName = keyof Operations;
export type InputOf<Name extends OperationName> = Operations[Name]['input'];
export type OutputOf<Name extends OperationName> = Operations[Name]['output'];

export interface CallOptions {
  /** Aborting gives up waiting; a write that was sent may still take effect. */
  readonly signal: AbortSignal;
  /** Asked before every attempt, after it has waited for its turn; false: it is not sent, and rejects with `Overtaken`. */
  readonly stillMeant?: () => boolean;
}

/**
 * One AWS account and region, one call at a time, exactly as the API has it.
 * The SDK and the sandbox implement it; pacing, retrying, counting and classifying wrap it in the same shape.
 * The innermost implementations throw `AwsFault`; from `classified` outwards it is `AwsError`.
 */
export interface AwsTransport {
  call<Name extends OperationName>(name: Name, input: InputOf<Name>, options: CallOptions): Promise<OutputOf<Name>>;
}

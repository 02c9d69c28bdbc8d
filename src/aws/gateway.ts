import type { CodeBuildBuild, StartBuildInput } from './codebuild-operations.ts';
import type { EcrRepository } from './ecr-operations.ts';
import type {
  CallerIdentity,
  CallOptions,
  CreateServiceInput,
  EcsService,
  EcsTag,
  EcsTask,
  InputOf,
  LogGroup,
  RegisterTaskDefinitionInput,
  ServiceDeployment,
  ServiceRevision,
  TargetGroup,
  TaskDefinition,
  UpdateServiceInput,
} from './operations.ts';
import type { ScalableTarget, ScalingPolicy, ScheduledAction } from './scaling-operations.ts';
import type { TagMap } from './shape.ts';

export interface ServiceRef {
  /** Name or ARN, as the manifest has it. */
  readonly cluster: string;
  readonly service: string;
}

/** A task definition revision with its tags, which AWS keeps apart from it. Immutable but for `status` and tags. */
export interface Revision {
  readonly taskDefinition: TaskDefinition;
  readonly tags: readonly EcsTag[];
}

/** Amazon ECS, one item a call; describes are batched inside. Every member throws `AwsError`. */
export interface EcsApi {
  /** With tags and events, whatever its status. Undefined only when ECS itself reports it MISSING. */
  describeService(ref: ServiceRef, options: CallOptions): Promise<EcsService | undefined>;
  /** The newest deployment of a service, whatever became of it. Undefined when ECS remembers none. */
  newestDeployment(ref: ServiceRef, options: CallOptions): Promise<ServiceDeployment | undefined>;
  /** By full ARN. Undefined when ECS does not know it. */
  describeServiceRevision(arn: string, options: CallOptions): Promise<ServiceRevision | undefined>;
  /** By full ARN. Cached for ever once read: revisions do not change. Undefined when ECS does not know it. */
  describeRevision(arn: string, options: CallOptions): Promise<Revision | undefined>;
  /** As `describeRevision`, past the cache: for tags that another process may have changed. */
  rereadRevision(arn: string, options: CallOptions): Promise<Revision | undefined>;
  /** ARNs of the ACTIVE revisions of exactly this family, newest first, at most `limit`. */
  listRevisions(family: string, limit: number, options: CallOptions): Promise<readonly string[]>;
  /** False only when ECS itself lists no ACTIVE revision of exactly this family. */
  hasFamily(family: string, options: CallOptions): Promise<boolean>;
  registerTaskDefinition(input: RegisterTaskDefinitionInput, options: CallOptions): Promise<Revision>;
  deregisterTaskDefinition(arn: string, options: CallOptions): Promise<void>;
  createService(input: CreateServiceInput, options: CallOptions): Promise<EcsService>;
  updateService(input: UpdateServiceInput, options: CallOptions): Promise<EcsService>;
  /** Without `force`: the service must have been scaled to 0. */
  deleteService(ref: ServiceRef, options: CallOptions): Promise<void>;
  /** On a service or a revision; on a revision the cached copy is renewed. */
  tagResource(arn: string, tags: readonly EcsTag[], options: CallOptions): Promise<void>;
  untagResource(arn: string, keys: readonly string[], options: CallOptions): Promise<void>;
  /** Names of the clusters of the account and region. */
  listClusters(options: CallOptions): Promise<readonly string[]>;
  /** Names of the services of a cluster. */
  listServices(cluster: string, options: CallOptions): Promise<readonly string[]>;
  /** The tasks of a service, described; `STOPPED` ones for about an hour after they stopped. */
  listTasks(ref: ServiceRef, desiredStatus: 'RUNNING' | 'STOPPED', options: CallOptions): Promise<readonly EcsTask[]>;
}

export interface ImageRef {
  /** Absent: of the caller's own account. */
  readonly registryId?: string;
  readonly repository: string;
  /** One of the two. */
  readonly tag?: string;
  readonly digest?: string;
}

export interface FoundImage {
  /** `sha256:<64 hexadecimal digits>` */
  readonly digest: string;
  /** The manifest's exact text, where ECR gives it. */
  readonly manifest?: string;
}

export interface RepositoryInput {
  readonly name: string;
  readonly tagMutability: string;
  readonly scanOnPush: boolean;
  /** Only at creation. Absent: ECR's own AES256. */
  readonly encryption?: { readonly encryptionType: string; readonly kmsKey?: string };
  readonly tags: TagMap;
}

/** For pushing to and pulling from a registry, for up to twelve hours. Never logged, never kept. */
export interface RegistryCredentials {
  /** Host, with the port where it is not the usual one. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** Amazon ECR; existence checks are batched inside. */
export interface EcrApi {
  describeRepository(name: string, options: CallOptions): Promise<EcrRepository | undefined>;
  createRepository(input: RepositoryInput, options: CallOptions): Promise<EcrRepository>;
  setTagMutability(name: string, mutability: string, options: CallOptions): Promise<void>;
  setScanOnPush(name: string, scanOnPush: boolean, options: CallOptions): Promise<void>;
  /** JSON text; undefined when the repository has none. */
  lifecyclePolicyOf(name: string, options: CallOptions): Promise<string | undefined>;
  setLifecyclePolicy(name: string, text: string, options: CallOptions): Promise<void>;
  tagsOf(arn: string, options: CallOptions): Promise<TagMap>;
  tag(arn: string, tags: TagMap, options: CallOptions): Promise<void>;
  /** Undefined only when ECR itself says that the image, or its repository, is not there. */
  findImage(ref: ImageRef, options: CallOptions): Promise<FoundImage | undefined>;
  /** Fresh ones at every call. */
  credentials(options: CallOptions): Promise<RegistryCredentials>;
}

/** Amazon CloudWatch Logs. */
export interface LogsApi {
  /** Exactly this name. */
  describeLogGroup(name: string, options: CallOptions): Promise<LogGroup | undefined>;
  createLogGroup(name: string, tags: TagMap, options: CallOptions): Promise<void>;
  /** `days` 0: never expires. */
  setRetention(name: string, days: number, options: CallOptions): Promise<void>;
  /** `arn` without the trailing `:*`. */
  tagsOf(arn: string, options: CallOptions): Promise<TagMap>;
  tag(arn: string, tags: TagMap, options: CallOptions): Promise<void>;
  /** What a stream has from `place` on. Undefined: there is no such stream, or not yet. */
  readStream(stream: LogStreamRef, place: string | undefined, options: CallOptions): Promise<StreamPart | undefined>;
}

export interface LogStreamRef {
  readonly group: string;
  readonly stream: string;
}

export interface StreamPart {
  readonly messages: readonly string[];
  /** Where to go on from; the same as before: there was nothing more. */
  readonly place: string | undefined;
}

/** AWS CodeBuild; builds are described in batches. */
export interface CodeBuildApi {
  /** Undefined: there is no such project. */
  startBuild(input: StartBuildInput, options: CallOptions): Promise<CodeBuildBuild | undefined>;
  /** Undefined only when CodeBuild itself says that it does not know the build. */
  describeBuild(id: string, options: CallOptions): Promise<CodeBuildBuild | undefined>;
  /** The newest hundred at most, newest first. Undefined: there is no such project. */
  newestBuilds(project: string, options: CallOptions): Promise<readonly CodeBuildBuild[] | undefined>;
  /** One that has ended, or is not known, is stopped. */
  stopBuild(id: string, options: CallOptions): Promise<void>;
}

export interface ObjectRef {
  readonly bucket: string;
  readonly key: string;
}

/** Amazon S3. */
export interface S3Api {
  /** False: there is no such object, or no such bucket: S3 does not tell which. */
  hasObject(ref: ObjectRef, options: CallOptions): Promise<boolean>;
  /** False: there is no such bucket. */
  putObject(ref: ObjectRef, body: Uint8Array, options: CallOptions): Promise<boolean>;
}

/** Application Auto Scaling of ECS services. `resourceId` is `service/<cluster name>/<service name>`. */
export interface ScalingApi {
  describeTarget(resourceId: string, options: CallOptions): Promise<ScalableTarget | undefined>;
  listPolicies(resourceId: string, options: CallOptions): Promise<readonly ScalingPolicy[]>;
  listScheduledActions(resourceId: string, options: CallOptions): Promise<readonly ScheduledAction[]>;
  /** Also re-reads the capacity and clamps it into the band: not to be called when nothing differs. */
  registerTarget(
    resourceId: string,
    band: { readonly min: number; readonly max: number; readonly tags?: TagMap },
    options: CallOptions,
  ): Promise<void>;
  /** Deletes the target's policies and scheduled actions with it. */
  deregisterTarget(resourceId: string, options: CallOptions): Promise<void>;
  putPolicy(resourceId: string, policy: ScalingPolicyInput, options: CallOptions): Promise<void>;
  deletePolicy(resourceId: string, policyName: string, options: CallOptions): Promise<void>;
  putScheduledAction(resourceId: string, action: ScheduledActionInput, options: CallOptions): Promise<void>;
  deleteScheduledAction(resourceId: string, name: string, options: CallOptions): Promise<void>;
  /** Tags of a scalable target, by its ARN. */
  tagsOf(targetArn: string, options: CallOptions): Promise<TagMap>;
}
export type ScalingPolicyInput = Omit<InputOf<'application-autoscaling:PutScalingPolicy'>, keyof ScalableIdentity>;
export type ScheduledActionInput = Omit<InputOf<'application-autoscaling:PutScheduledAction'>, keyof ScalableIdentity>;
interface ScalableIdentity {
  ServiceNamespace: string;
  ResourceId: string;
  ScalableDimension: string;
}

/** Elastic Load Balancing v2. */
export interface LoadBalancingApi {
  describeTargetGroup(arn: string, options: CallOptions): Promise<TargetGroup | undefined>;
}

/** Who we are. */
export interface IdentityApi {
  /** Asked once a gateway, then remembered; a failure is not remembered. */
  whoAmI(options: CallOptions): Promise<CallerIdentity>;
}

/** Everything Evenkeel asks of one account in one region. */
export interface AwsGateway {
  readonly region: string;
  readonly ecs: EcsApi;
  readonly ecr: EcrApi;
  readonly logs: LogsApi;
  readonly scaling: ScalingApi;
  readonly loadBalancing: LoadBalancingApi;
  readonly codeBuild: CodeBuildApi;
  readonly s3: S3Api;
  readonly identity: IdentityApi;
}

/** Which account and region a manifest is for. */
export interface AwsTarget {
  readonly region: string;
  readonly assumeRoleArn?: string;
}

/** One gateway per target, made on first use and kept. */
export interface Gateways {
  for(target: AwsTarget): AwsGateway;
}

/** A duration drawn anew each time, evenly between the two, in milliseconds. */
export type Span = readonly [fromMs: number, toMs: number];

/** A registry of yours, reached without TLS, where images really go. */
export interface StandInRegistry {
  /** Host and port: `127.0.0.1:5000`. */
  readonly host: string;
  /** Which it accepts from the user `AWS`. */
  readonly password: string;
}

/** Every knob of the sandbox. A world is made with any of them; `DEFAULT_OPTIONS` has the rest. */
export interface SandboxOptions {
  /** Account of a caller that assumed no role. */
  readonly account: string;
  /** A cluster exists from the first time it is named. False: ClusterNotFoundException until CreateCluster. */
  readonly impliedClusters: boolean;
  /** A target group ARN that nobody created exists once it is named, attached to a load balancer. */
  readonly impliedTargetGroups: boolean;
  /** Every image of an ECR repository that nobody created exists, with a digest made of its name. */
  readonly impliedImages: boolean;
  /** A CodeBuild project exists from the first time it is named. False: ResourceNotFoundException until CreateProject. */
  readonly impliedProjects: boolean;
  /** A bucket exists from the first time something is put there. False: NoSuchBucket until CreateBucket. */
  readonly impliedBuckets: boolean;
  /** Stands where ECR's registry would: repositories lead there. Absent: nothing can be pushed. */
  readonly registry?: StandInRegistry;
  /** Calls beyond AWS's published rates are refused with ThrottlingException. */
  readonly throttling: boolean;
  /** How long every call takes, on the clock. */
  readonly latencyMs: number;
  /** How long a service stays MISSING to reads after CreateService. */
  readonly createVisibleAfterMs: number;

  /** Divides every duration of the life of tasks, deployments and builds below. The demo lives fast. */
  readonly speed: number;
  /** From a change of a service until the scheduler acts on it; until then the PRIMARY wants 0 tasks. */
  readonly schedulerDelayMs: Span;
  /** PROVISIONING: the network interface. */
  readonly provisioningMs: Span;
  /** PENDING: pulling and starting. */
  readonly pendingMs: Span;
  /** From RUNNING to healthy, for a task with neither container health check nor load balancer. */
  readonly settleMs: Span;
  /** From RUNNING to a healthy target. A container health check takes its own interval. */
  readonly targetHealthyMs: Span;
  /** STOPPING: from SIGTERM to the last exit code. */
  readonly stoppingMs: Span;
  /** DEPROVISIONING: returning the network interface. */
  readonly deprovisioningMs: Span;
  /** From the last task's end, or the deletion, to INACTIVE. */
  readonly drainingMs: Span;
  /** From RUNNING to exit 1, when an image's name contains `crash`. */
  readonly crashAfterMs: Span;
  /** Deregistration delay of target groups nobody created. */
  readonly impliedDeregistrationDelayMs: number;
  /** First pause of a service that cannot start its tasks, doubled up to the second. */
  readonly backoffMs: Span;
  /** Phases of a build in CodeBuild: waiting for a place, getting a machine, the commands, and each of the others. */
  readonly buildQueuedMs: Span;
  readonly buildProvisioningMs: Span;
  readonly buildMs: Span;
  readonly buildPhaseMs: Span;

  /** How long a STOPPED task can be described. Not divided by `speed`. */
  readonly stoppedTaskVisibleMs: number;
  /** How long an INACTIVE service can be described. Not divided by `speed`. */
  readonly inactiveServiceVisibleMs: number;
  /** How often an idle service says that it is steady. Not divided by `speed`. */
  readonly steadyEventEveryMs: number;
}

const MINUTE_MS = 60_000;

export const DEFAULT_OPTIONS: SandboxOptions = {
  account: '123456789012',
  impliedClusters: true,
  impliedTargetGroups: true,
  impliedImages: true,
  impliedProjects: true,
  impliedBuckets: true,
  throttling: true,
  latencyMs: 0,
  createVisibleAfterMs: 0,
  speed: 1,
  schedulerDelayMs: [1_000, 4_000],
  provisioningMs: [4_000, 8_000],
  pendingMs: [14_000, 20_000],
  settleMs: [40_000, 40_000],
  targetHealthyMs: [10_000, 20_000],
  stoppingMs: [1_000, 4_000],
  deprovisioningMs: [4_000, 9_000],
  drainingMs: [3_000, 8_000],
  crashAfterMs: [2_000, 6_000],
  impliedDeregistrationDelayMs: 5 * MINUTE_MS,
  backoffMs: [10_000, 27 * MINUTE_MS],
  buildQueuedMs: [500, 3_000],
  buildProvisioningMs: [8_000, 25_000],
  buildMs: [30_000, 60_000],
  buildPhaseMs: [100, 1_000],
  stoppedTaskVisibleMs: 60 * MINUTE_MS,
  inactiveServiceVisibleMs: 60 * MINUTE_MS,
  steadyEventEveryMs: 6 * 60 * MINUTE_MS,
};

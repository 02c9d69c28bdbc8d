/** A duration in milliseconds, or two between which it is drawn evenly each time. Never divided by the world's speed. */
export type Ms = number | readonly [fromMs: number, toMs: number];

/** Milliseconds since the world began, or an ISO 8601 time. */
export type Moment = number | string;

/** What of a call takes effect: nothing, all of it before the answer, or all of it `delayMs` after the answer. */
export type Effect = 'none' | 'now' | 'later';

/** A fault, and what it strikes. Also what `schemas/sandbox-faults.v1.json` describes, with every default. */
export interface FaultRule {
  /** Unique among the rules in force; absent: the kind and a number. */
  readonly id?: string;
  /** Absent: everything. */
  readonly when?: FaultWhen;
  readonly fault: Fault;
}

/**
 * Every member that is given must hold. Lists hold when one of their patterns does; `*` stands for any text. A call that
 * names several services is about each of them, one that names none is about none.
 */
export interface FaultWhen {
  /** `ecs:UpdateService`, `ecs:Describe*`, `*:List*`, `dynamodb:*` */
  readonly operations?: readonly string[];
  /** `name` or `cluster/name` */
  readonly services?: readonly string[];
  readonly families?: readonly string[];
  /** Of tasks, and of the containers that a call registers. */
  readonly images?: readonly string[];
  /** Of the network of tasks, and of what a call asks for. */
  readonly securityGroups?: readonly string[];
  readonly regions?: readonly string[];
  readonly from?: Moment;
  /** Exclusive. */
  readonly until?: Moment;
  /** Counting from 1, of what fits the above. */
  readonly nth?: number | readonly number[];
  /** Every so many-th of what fits. */
  readonly every?: number;
  /** Of what fits so far, drawn by the seed and the rule's id. */
  readonly probability?: number;
  /** At most so often. */
  readonly times?: number;
}

interface Failure {
  readonly effect?: Effect;
  /** For `effect: later`. */
  readonly delayMs?: Ms;
}

/** Happens to a call. */
export type CallFault =
  /** Refused before it could do anything: `ThrottlingException: Rate exceeded`. */
  | { readonly kind: 'throttle'; readonly code?: string; readonly message?: string; readonly status?: number }
  | ({ readonly kind: 'server-error'; readonly status?: number; readonly code?: string } & Failure)
  /** The connection breaks, after `afterMs` of silence. */
  | ({ readonly kind: 'reset'; readonly afterMs?: Ms } & Failure)
  /** A 5xx whose body is an HTML page, as a proxy on the way gives it. */
  | ({ readonly kind: 'html'; readonly status?: number } & Failure)
  /** Delivered twice; the second answer comes back. */
  | { readonly kind: 'duplicate' }
  /** A read sees the state of `lagMs` ago. `monotonic`: never an older one than was seen before. */
  | { readonly kind: 'stale'; readonly lagMs: Ms; readonly monotonic?: boolean }
  /** What the call creates is invisible to reads for so long. */
  | { readonly kind: 'not-visible'; readonly ms: Ms }
  /** The call arrives so much later. */
  | { readonly kind: 'latency'; readonly ms: Ms }
  | { readonly kind: 'access-denied'; readonly message?: string }
  | { readonly kind: 'expired-credentials'; readonly reason?: 'expired' | 'revoked' }
  /** No call of the region is answered. */
  | { readonly kind: 'blackout' }
  /** RegisterTaskDefinition: `Too many concurrent attempts to create a new revision of the specified family.` */
  | { readonly kind: 'concurrent-registration' };

/** Happens to a task, to the services that start and stop tasks, or to a build. */
export type TaskFault =
  /** Its containers exit `afterMs` after they run. */
  | { readonly kind: 'crash-loop'; readonly afterMs?: Ms; readonly exitCode?: number }
  /** PENDING for so much longer. */
  | { readonly kind: 'slow-start'; readonly ms: Ms }
  /** Its health checks fail, `afterMs` after it runs at the latest, and ECS replaces it. */
  | { readonly kind: 'never-healthy'; readonly afterMs?: Ms }
  | { readonly kind: 'no-image'; readonly reason?: string }
  /** ECS places no task, and tries again after `retryMs`. */
  | { readonly kind: 'capacity-shortage'; readonly reason?: ShortageReason; readonly retryMs?: Ms }
  /** A deleted service is DRAINING for so much longer. */
  | { readonly kind: 'slow-drain'; readonly ms: Ms }
  /** A build of CodeBuild ends so in its BUILD phase. */
  | { readonly kind: 'build-failure'; readonly status?: 'FAILED' | 'FAULT' | 'TIMED_OUT'; readonly reason?: string };

export type ShortageReason = 'capacity' | 'task-quota' | 'vcpu-quota' | 'internal-error';

/** Done by somebody else. */
export type ActFault =
  /** Application Auto Scaling sets the count of services with a scalable target, within its band. */
  | ({ readonly kind: 'autoscaling-acts'; readonly to?: readonly number[] } & Schedule)
  /**
   * A call of somebody else's. At its times, to every service that fits; without times, right before a write that fits
   * (and so between what the caller read and what it writes), or right after a read when `operations` names reads.
   */
  | ({ readonly kind: 'foreign-edit'; readonly operation: string; readonly input?: object } & Schedule);

export interface Schedule {
  readonly at?: readonly Moment[];
  readonly everyMs?: number;
}

export type Fault = CallFault | TaskFault | ActFault;
export type FaultKind = Fault['kind'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly kind: Kind }>;

/** What each kind happens to. */
export const FAULT_KINDS: Readonly<Record<FaultKind, 'call' | 'task' | 'act'>> = {
  throttle: 'call',
  'server-error': 'call',
  reset: 'call',
  html: 'call',
  duplicate: 'call',
  stale: 'call',
  'not-visible': 'call',
  latency: 'call',
  'access-denied': 'call',
  'expired-credentials': 'call',
  blackout: 'call',
  'concurrent-registration': 'call',
  'crash-loop': 'task',
  'slow-start': 'task',
  'never-healthy': 'task',
  'no-image': 'task',
  'capacity-shortage': 'task',
  'slow-drain': 'task',
  'build-failure': 'task',
  'autoscaling-acts': 'act',
  'foreign-edit': 'act',
};

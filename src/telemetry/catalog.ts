/** Every metric and every log event, declared once. Names follow the rules of `promtool check metrics`. */

export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** The values a label can have, for those that are known beforehand. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/**
 * Identifies a live service. Plain `cluster`, `service` and `namespace` belong to the Prometheus set-ups that scrape
 * us, which would rename ours to `exported_…`.
 */
const SERVICE = ['ecs_cluster', 'name'] as const;

const PASS_RESULTS = ['settled', 'waiting', 'blocked', 'gone', 'error', 'cancelled'] as const;
export const ERROR_REASONS = [
  'Throttled',
  'AccessDenied',
  'Credentials',
  'Invalid',
  'NotFound',
  'Conflict',
  'Quota',
  'Unavailable',
  'Timeout',
  'Internal',
] as const;
const ROLLOUT_RESULTS = ['succeeded', 'failed', 'rolled_back', 'timeout'] as const;
const MANIFEST_REASONS = ['parse', 'schema', 'semantic', 'duplicate', 'substitution', 'unreadable'] as const;

const SYNC_STATES = ['Synced', 'OutOfSync', 'Unknown'] as const;
const HEALTH_STATES = ['Healthy', 'Progressing', 'Degraded', 'Missing', 'Suspended', 'Unknown'] as const;
const CONDITION_STATES = ['True', 'False', 'Unknown'] as const;

/** As client-go has them, without the nanoseconds no JavaScript clock can tell: 1 ms to 1 000 s. */
const QUEUE_BUCKETS = [0.001, 0.01, 0.1, 1, 10, 100, 1_000] as const;
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export const METRICS = {
  buildInfo: {
    type: 'gauge',
    name: 'evenkeel_build_info',
    help: 'Always 1. Which Evenkeel this is.',
    labels: ['version', 'commit', 'node_version'],
  },
  leader: {
    type: 'gauge',
    name: 'evenkeel_leader',
    help: '1 while this process holds the lease and may write.',
    labels: ['name'],
  },
  leaderElection: {
    type: 'gauge',
    name: 'leader_election_master_status',
    help: 'Same as evenkeel_leader, under the name that ready-made dashboards use.',
    labels: ['name'],
  },

  reconcileTotal: {
    type: 'counter',
    name: 'evenkeel_reconcile_total',
    help: 'Passes over a service, by how they ended.',
    labels: [...SERVICE, 'result'],
    values: { result: PASS_RESULTS },
  },
  reconcileErrors: {
    type: 'counter',
    name: 'evenkeel_reconcile_errors_total',
    help: 'Passes that failed and will be retried, by class of error.',
    labels: ['reason'],
    values: { reason: ERROR_REASONS },
  },
  reconcileDuration: {
    type: 'histogram',
    name: 'evenkeel_reconcile_duration_seconds',
    help: 'How long passes took.',
    labels: ['result'],
    values: { result: PASS_RESULTS },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  },
  reconcileLastSuccess: {
    type: 'gauge',
    name: 'evenkeel_reconcile_last_success_timestamp_seconds',
    help: 'When a pass over the service last ended without an error.',
    labels: SERVICE,
  },
  activeWorkers: {
    type: 'gauge',
    name: 'evenkeel_active_workers',
    help: 'Passes that run now.',
    labels: [],
  },
  maxConcurrentReconciles: {
    type: 'gauge',
    name: 'evenkeel_max_concurrent_reconciles',
    help: 'How many passes may run at once.',
    labels: [],
  },

  queueDepth: {
    type: 'gauge',
    name: 'workqueue_depth',
    help: 'Keys ready to be taken.',
    labels: ['name'],
  },
  queueAdds: {
    type: 'counter',
    name: 'workqueue_adds_total',
    help: 'Keys that became ready.',
    labels: ['name'],
  },
  queueRetries: {
    type: 'counter',
    name: 'workqueue_retries_total',
    help: 'Keys put back with back-off.',
    labels: ['name'],
  },
  queueDuration: {
    type: 'histogram',
    name: 'workqueue_queue_duration_seconds',
    help: 'How long keys were ready before a worker took them.',
    labels: ['name'],
    buckets: QUEUE_BUCKETS,
  },
  queueWork: {
    type: 'histogram',
    name: 'workqueue_work_duration_seconds',
    help: 'How long workers held a key.',
    labels: ['name'],
    buckets: QUEUE_BUCKETS,
  },
  queueUnfinished: {
    type: 'gauge',
    name: 'workqueue_unfinished_work_seconds',
    help: 'Age of all the work under way, added up.',
    labels: ['name'],
  },
  queueLongest: {
    type: 'gauge',
    name: 'workqueue_longest_running_processor_seconds',
    help: 'Age of the oldest work under way.',
    labels: ['name'],
  },

  serviceInfo: {
    type: 'gauge',
    name: 'evenkeel_service_info',
    help: 'Always 1. What is stable about a service, to join with.',
    labels: [...SERVICE, 'key', 'region', 'mode', 'suspended'],
  },
  serviceCondition: {
    type: 'gauge',
    name: 'evenkeel_service_condition',
    help: 'State set: 1 for the status that the condition has.',
    labels: [...SERVICE, 'type', 'status'],
    values: { status: CONDITION_STATES },
  },
  serviceSync: {
    type: 'gauge',
    name: 'evenkeel_service_sync_status',
    help: 'State set: 1 for how live compares with the manifest.',
    labels: [...SERVICE, 'status'],
    values: { status: SYNC_STATES },
  },
  serviceHealth: {
    type: 'gauge',
    name: 'evenkeel_service_health_status',
    help: 'State set: 1 for how the service does.',
    labels: [...SERVICE, 'status'],
    values: { status: HEALTH_STATES },
  },
  serviceGeneration: {
    type: 'gauge',
    name: 'evenkeel_service_generation',
    help: 'Generation of the manifest.',
    labels: SERVICE,
  },
  serviceObservedGeneration: {
    type: 'gauge',
    name: 'evenkeel_service_observed_generation',
    help: 'Generation that the conditions are about.',
    labels: SERVICE,
  },
  tasksDesired: {
    type: 'gauge',
    name: 'evenkeel_service_tasks_desired',
    help: 'Tasks that ECS is asked to run.',
    labels: SERVICE,
  },
  tasksRunning: {
    type: 'gauge',
    name: 'evenkeel_service_tasks_running',
    help: 'Tasks that run.',
    labels: SERVICE,
  },
  tasksPending: {
    type: 'gauge',
    name: 'evenkeel_service_tasks_pending',
    help: 'Tasks that are starting.',
    labels: SERVICE,
  },
  driftedFields: {
    type: 'gauge',
    name: 'evenkeel_service_drifted_fields',
    help: 'Declared fields that differ from the manifest.',
    labels: SERVICE,
  },

  rolloutTotal: {
    type: 'counter',
    name: 'evenkeel_rollout_total',
    help: 'Rollouts that ended, by how.',
    labels: [...SERVICE, 'result'],
    values: { result: ROLLOUT_RESULTS },
  },
  rolloutDuration: {
    type: 'histogram',
    name: 'evenkeel_rollout_duration_seconds',
    help: 'How long rollouts took.',
    labels: ['result'],
    values: { result: ROLLOUT_RESULTS },
    buckets: [30, 60, 90, 120, 180, 300, 600, 900, 1_800, 3_600],
  },
  rolloutInProgress: {
    type: 'gauge',
    name: 'evenkeel_rollout_in_progress',
    help: '1 while ECS replaces the tasks of the service.',
    labels: SERVICE,
  },
  rolloutStart: {
    type: 'gauge',
    name: 'evenkeel_rollout_start_timestamp_seconds',
    help: 'When the rollout in progress began.',
    labels: SERVICE,
  },

  manifestsLoaded: {
    type: 'gauge',
    name: 'evenkeel_manifests_loaded',
    help: 'Valid manifests in force, counting those kept at their last good version.',
    labels: ['source'],
  },
  manifestFilesRejected: {
    type: 'gauge',
    name: 'evenkeel_manifest_files_rejected',
    help: 'Files with errors now.',
    labels: ['source'],
  },
  manifestErrors: {
    type: 'counter',
    name: 'evenkeel_manifest_errors_total',
    help: 'Errors found in manifests, each once per change of its file.',
    labels: ['source', 'reason'],
    values: { reason: MANIFEST_REASONS },
  },
  sourceLastSync: {
    type: 'gauge',
    name: 'evenkeel_source_last_sync_timestamp_seconds',
    help: 'When the source was last read.',
    labels: ['source'],
  },

  awsRequests: {
    type: 'counter',
    name: 'evenkeel_aws_requests_total',
    help: 'Calls to AWS, by error code, or OK.',
    labels: ['api', 'operation', 'code'],
  },
  awsDuration: {
    type: 'histogram',
    name: 'evenkeel_aws_request_duration_seconds',
    help: 'How long calls to AWS took, without our own waiting.',
    labels: ['api', 'operation'],
    buckets: CALL_BUCKETS,
  },
  awsRetries: {
    type: 'counter',
    name: 'evenkeel_aws_request_retries_total',
    help: 'Calls to AWS that were made again after a passing failure.',
    labels: ['api', 'operation'],
  },
  awsThrottles: {
    type: 'counter',
    name: 'evenkeel_aws_throttles_total',
    help: 'Calls that AWS refused because there were too many.',
    labels: ['api', 'operation'],
  },
  awsLimiterWait: {
    type: 'histogram',
    name: 'evenkeel_aws_rate_limiter_wait_seconds',
    help: 'How long calls waited for our own pacing.',
    labels: ['api'],
    buckets: CALL_BUCKETS,
  },

  httpRequests: {
    type: 'counter',
    name: 'evenkeel_http_requests_total',
    help: 'Requests to our own endpoints.',
    labels: ['method', 'route', 'code'],
  },
  httpDuration: {
    type: 'histogram',
    name: 'evenkeel_http_request_duration_seconds',
    help: 'How long our own endpoints took to answer.',
    labels: ['method', 'route'],
    buckets: CALL_BUCKETS,
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** Event code to its message. The message never varies: what does is in the fields. */
export const EVENTS = {
  'program.starting': 'starting',
  'program.stopping': 'stopping',
  'program.stopped': 'stopped',
  'program.failed': 'a bug: the program cannot go on',
  'controller.state': 'controller changed state',
  'pass.started': 'pass started',
  'pass.settled': 'service is as the manifest has it',
  'pass.waiting': 'waiting for AWS',
  'pass.blocked': 'a person must act',
  'pass.gone': 'service is gone, as asked',
  'pass.failed': 'pass failed, will retry',
  'pass.cancelled': 'pass cancelled by shutdown',
  'pass.abandoned': 'passes ignored their abort and were left behind',
  'action.started': 'action started',
  'action.progress': 'action under way',
  'action.done': 'action done',
  'drift.found': 'live differs from the manifest',
  'rollout.started': 'rollout started',
  'rollout.ended': 'rollout ended',
  'source.synced': 'source read',
  'source.stale': 'source cannot be read',
  'source.degraded': 'source notices changes later than usual',
  'source.recovered': 'source is well again',
  'manifest.rejected': 'manifest has errors; its last good version stays in force',
  'manifest.warned': 'manifest is valid but worth a look',
  'manifest.recovered': 'manifest is valid again',
  'manifest.removed': 'manifest is gone',
  'services.unclaimed': 'no manifest names these services of ours: they are left as they are',
  'services.unseen': 'services that no manifest names cannot be looked for here',
  'deletion.resumed': 'a deletion that an earlier process began goes on once the manifest has been away long enough',
  'status.conflict': 'status was written by someone else',
  'status.failed': 'status could not be stored',
  'lease.acquired': 'lease acquired',
  'lease.lost': 'lease lost',
  'lease.released': 'lease released',
  'aws.identity': 'AWS identity',
  'aws.throttled': 'AWS throttles',
  'http.listening': 'listening',
  'http.failed': 'request failed',
  'task.failed': 'background work failed',
} as const;

export type EventCode = keyof typeof EVENTS;
export type ErrorReason = (typeof ERROR_REASONS)[number];

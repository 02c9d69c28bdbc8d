import type { Condition } from '../manifest/conditions.ts';
import type { Key } from '../manifest/key.ts';
import type { Difference } from './difference.ts';

export type SyncStatus = 'Synced' | 'OutOfSync' | 'Unknown';
export type HealthStatus = 'Healthy' | 'Progressing' | 'Degraded' | 'Missing' | 'Suspended' | 'Unknown';

/** Something worth telling about a service, kept in a ring of the newest 200. */
export interface StatusEvent {
  /** ISO 8601 */
  readonly at: string;
  readonly type: 'Normal' | 'Warning';
  /** One CamelCase word. */
  readonly reason: string;
  readonly message: string;
}

/** How far ECS has come with replacing the tasks. */
export interface RolloutStatus {
  readonly state: 'InProgress' | 'Succeeded' | 'RollingBack' | 'RolledBack' | 'Failed' | 'TimedOut' | 'Unknown';
  readonly deploymentId?: string;
  /** ISO 8601 */
  readonly startedAt?: string;
  readonly revision?: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failed: number;
  readonly message: string;
}

/** All that is known of one managed service: what `get`, `describe`, the API and the metrics show. */
export interface ServiceStatus {
  readonly key: Key;
  readonly cluster: string;
  readonly service: string;
  readonly region: string;
  readonly account?: string;
  readonly serviceArn?: string;
  /** ISO 8601; when the live service was created. */
  readonly serviceCreatedAt?: string;
  readonly mode: 'manage' | 'observe';
  readonly suspended: boolean;
  /** File the manifest came from. */
  readonly origin: string;
  /** Hash of the manifest that `generation` counts. */
  readonly manifestHash: string;
  /** Counts the manifests of this key that were seen to differ; what the conditions are about is `observedGeneration`. */
  readonly generation: number;
  readonly observedGeneration: number;
  readonly sync: SyncStatus;
  readonly health: HealthStatus;
  readonly conditions: readonly Condition[];
  /** `family:revision` that the service runs. */
  readonly revision?: string;
  readonly image?: string;
  readonly desired?: number;
  readonly running?: number;
  readonly pending?: number;
  /** What differed when last looked at, declared fields only. */
  readonly drift: readonly Difference[];
  readonly rollout?: RolloutStatus;
  /** ISO 8601 */
  readonly lastPassAt?: string;
  readonly lastSuccessAt?: string;
  /** Newest first. */
  readonly events: readonly StatusEvent[];
}

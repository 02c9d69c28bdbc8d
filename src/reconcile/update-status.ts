import { type Condition, type ConditionUpdate, withCondition } from '../manifest/conditions.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { Difference } from './difference.ts';
import { isBookkeeping } from './ownership.ts';
import type { LiveService } from './resource.ts';
import type { PassResult } from './run-pass.ts';
import type { HealthStatus, ServiceStatus, StatusEvent, SyncStatus } from './status.ts';
import type { Trouble } from './trouble.ts';

/** The newest events that are kept of a service. */
const KEPT_EVENTS = 200;

/** The status of a manifest that no pass has looked at yet. */
export function initialStatus(loaded: LoadedManifest, now: string): ServiceStatus {
  const { spec } = loaded.manifest;
  const unknown = { status: 'Unknown', reason: 'NotLookedAt', message: 'no pass has run yet' } as const;
  const types = ['Ready', 'Synced', 'ImageAvailable', 'RolloutSucceeded', 'Healthy', 'AutoscalingReady'] as const;
  return {
    key: loaded.key,
    cluster: spec.cluster,
    service: spec.serviceName,
    region: spec.region,
    mode: spec.mode,
    suspended: false,
    origin: loaded.origin.file,
    manifestHash: loaded.hash,
    generation: 1,
    observedGeneration: 0,
    sync: 'Unknown',
    health: 'Unknown',
    conditions: applied(
      [],
      types.map((type) => ({ type, ...unknown })),
      { now, generation: 0 },
    ),
    drift: [],
    events: [],
  };
}

/** Takes in a manifest that may have changed since the last look. */
export function withManifest(status: ServiceStatus, loaded: LoadedManifest): ServiceStatus {
  const { spec } = loaded.manifest;
  const changed = status.manifestHash !== loaded.hash;
  return {
    ...status,
    mode: spec.mode,
    origin: loaded.origin.file,
    manifestHash: loaded.hash,
    image: spec.image.uri ?? status.image ?? '',
    generation: changed ? status.generation + 1 : status.generation,
  };
}

/** What a pass that came to its end makes of the status. */
export function afterPass(status: ServiceStatus, result: PassResult, now: string): ServiceStatus {
  const { live } = result.outputs;
  const generation = Math.max(status.generation, live?.generation ?? 0);
  const updates = [imageAvailable(), ...result.conditions, synced(result)];
  const conditions = applied(status.conditions, updates, { now, generation });
  const ready = readyOf(conditions, result);
  const suspended = result.refusal?.reason === 'Suspended';
  const { rollout } = result;
  const {
    revision: _revision,
    desired: _desired,
    running: _running,
    pending: _pending,
    rollout: _past,
    ...lasting
  } = status;
  return {
    // Of a service that is not there (any more) no figure holds.
    ...(live === undefined ? lasting : status),
    generation,
    observedGeneration: generation,
    suspended,
    sync: syncOf(result),
    health: suspended ? 'Suspended' : healthOf(result),
    conditions: applied(conditions, [ready], { now, generation }),
    drift: visible(result.remaining),
    ...(live === undefined ? {} : figuresOf(live)),
    ...(live === undefined || result.refusal?.stopsLooking === true ? {} : incarnationOf(live)),
    ...(rollout === undefined ? {} : { rollout }),
    lastPassAt: now,
    lastSuccessAt: now,
  };
}

/** Nothing may be done for this manifest, and that is known. */
export function afterBlock(status: ServiceStatus, { reason, message }: Refused, now: string): ServiceStatus {
  const updates = (['Ready', 'Synced'] as const).map((type) => ({ type, status: 'False', reason, message }) as const);
  const conditions = applied(status.conditions, updates, { now, generation: status.observedGeneration });
  return { ...status, sync: 'OutOfSync', conditions, lastPassAt: now };
}

type Refused = Pick<Trouble, 'reason' | 'message'>;

/** What a pass that failed makes of it: what was read before is no longer known to hold. */
export function afterTrouble(status: ServiceStatus, trouble: Trouble, now: string): ServiceStatus {
  const { reason, message } = trouble;
  const updates = (['Ready', 'Synced', 'Healthy'] as const).map(
    (type) => ({ type, status: 'Unknown', reason, message }) as const,
  );
  return {
    ...status,
    sync: 'Unknown',
    health: 'Unknown',
    conditions: applied(status.conditions, updates, { now, generation: status.observedGeneration }),
    lastPassAt: now,
  };
}

/** Adds events at the front of the ring. */
export function withEvents(status: ServiceStatus, events: readonly StatusEvent[]): ServiceStatus {
  if (events.length === 0) return status;
  return { ...status, events: [...events, ...status.events].slice(0, KEPT_EVENTS) };
}

function figuresOf({ account, revision, desired, running, pending }: LiveService): Partial<ServiceStatus> {
  return { account, revision, desired, running, pending };
}

/**
 * Which service is managed: what a later removal will take for the one that is meant. Not learnt from a pass that was
 * refused because whose the service is was in doubt: the next one would find that doubt gone.
 */
function incarnationOf({ arn, createdAt }: LiveService): Partial<ServiceStatus> {
  return { serviceArn: arn, serviceCreatedAt: createdAt };
}

function applied(
  conditions: readonly Condition[],
  updates: readonly ConditionUpdate[],
  at: { readonly now: string; readonly generation: number },
): readonly Condition[] {
  return updates.reduce((all, update) => withCondition(all, update, at), conditions);
}

function visible(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ path }) => !isBookkeeping(path));
}

function imageAvailable(): ConditionUpdate {
  const message = 'the manifest names the image; ECS pulls it';
  return { type: 'ImageAvailable', status: 'True', reason: 'Given', message };
}

/** Fields that differ, or else writes that are still to be made: what does not exist has no fields. */
function outstanding({ remaining, unsent }: PassResult): readonly string[] {
  const fields = visible(remaining).map((difference) => difference.path);
  if (fields.length > 0) return fields;
  return unsent.filter(({ verb }) => verb !== 'mark').map(({ verb, resource }) => `${verb} ${resource}`);
}

function synced(result: PassResult): ConditionUpdate {
  const { refusal, remaining } = result;
  const open = outstanding(result);
  if (refusal !== undefined && (refusal.kind !== 'mode' || open.length > 0)) {
    return { type: 'Synced', status: 'False', reason: refusal.reason, message: refusal.message };
  }
  if (syncOf(result) === 'Synced') {
    return { type: 'Synced', status: 'True', reason: 'InSync', message: 'live is as the manifest says' };
  }
  const fields = `${open.length} ${open.length === 1 ? 'field differs' : 'fields differ'}`;
  const what = visible(remaining).length > 0 ? fields : 'to be done';
  return { type: 'Synced', status: 'False', reason: 'OutOfSync', message: `${what}: ${open.slice(0, 5).join(', ')}` };
}

function syncOf(result: PassResult): SyncStatus {
  const { refusal, remaining } = result;
  if (remaining.length > 0 || outstanding(result).length > 0) return 'OutOfSync';
  return refusal === undefined || refusal.kind === 'mode' ? 'Synced' : 'OutOfSync';
}

function healthOf({ outputs, rollout, readiness, conditions }: PassResult): HealthStatus {
  if (outputs.live === undefined) return 'Missing';
  switch (rollout?.state) {
    case 'InProgress':
    case 'RollingBack':
      return 'Progressing';
    case 'Failed':
    case 'RolledBack':
    case 'TimedOut':
      return 'Degraded';
    case undefined:
    case 'Unknown':
      return 'Unknown';
    case 'Succeeded': {
      const healthy = conditions.find((condition) => condition.type === 'Healthy')?.status === 'True';
      return healthy && readiness.kind !== 'broken' ? 'Healthy' : 'Degraded';
    }
  }
}

/** The summary: everything else is True, or the first reason why not. */
function readyOf(conditions: readonly Condition[], { readiness, refusal }: PassResult): ConditionUpdate {
  const type = 'Ready';
  if (refusal !== undefined && refusal.kind !== 'mode') {
    return { type, status: 'False', reason: refusal.reason, message: refusal.message };
  }
  if (readiness.kind === 'broken')
    return { type, status: 'False', reason: readiness.reason, message: readiness.message };
  if (readiness.kind === 'waiting')
    return { type, status: 'False', reason: 'Waiting', message: `waiting for ${readiness.on}` };
  const missing = conditions.find((condition) => condition.type !== type && condition.status !== 'True');
  if (missing === undefined)
    return { type, status: 'True', reason: 'AsWanted', message: 'the service is as the manifest says' };
  return { type, status: missing.status, reason: missing.reason, message: missing.message };
}

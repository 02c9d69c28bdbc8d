import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { ServiceStatus } from '../../../src/reconcile/status.ts';
import { initialStatus } from '../../../src/reconcile/update-status.ts';
import type { EndState } from '../end-state.ts';
import type { RunView } from '../invariant.ts';
import { REFERENCE } from '../knobs.ts';
import { web } from '../manifests.ts';
import { RunIndex } from '../run-index.ts';
import { type CallEvent, type EffectEvent, type LifeEvent, Trace, type TraceEvent } from '../trace.ts';
import type { ServiceTruth, ThingTruth } from '../truth.ts';

export const BY = { replica: 'r1', incarnation: 1 } as const;
export const OURS = {
  'evenkeel:managed-by': 'evenkeel',
  'evenkeel:controller': 'evenkeel',
  'evenkeel:manifest': 'default/web',
} as const;

/** A run that never was. */
export function runOf(events: readonly TraceEvent[], view: Partial<RunView> = {}): RunIndex {
  const trace = new Trace();
  for (const event of events) trace.push(event);
  const end = { things: {}, revisions: {}, deployments: {} };
  const virtualMs = Math.max(0, ...events.map(({ at }) => at));
  return new RunIndex({ trace, end, knobs: REFERENCE, quietFrom: 0, virtualMs, mode: 'swarm', hides: false, ...view });
}

export function wanted(loaded: LoadedManifest, at = 0): readonly TraceEvent[] {
  const { key, hash } = loaded;
  return [
    { kind: 'desired', at, key, want: 'wanted', loaded },
    { kind: 'seen', at, ...BY, key, want: 'wanted', hash },
  ];
}

/** The manifest went away, and counts as deleted from `seenAt` on. */
export function removed(key: string, at: number, seenAt: number): readonly TraceEvent[] {
  return [
    { kind: 'desired', at, key, want: 'absent' },
    { kind: 'seen', at: seenAt, ...BY, key, want: 'deleted' },
  ];
}

let ids = 0;

interface Made {
  readonly at?: number;
  readonly code?: string;
  readonly before?: ThingTruth;
  readonly after?: ThingTruth;
  readonly changed?: boolean;
  readonly region?: string;
}

/** A write that arrived and was answered at once. */
export function write(operation: string, input: object, made: Made = {}, target = 'web'): readonly TraceEvent[] {
  const { at = 1_000, code = 'OK', before = { exists: false }, region = 'us-east-1' } = made;
  const id = ids++;
  const call = callOf(operation, input, { at, id, write: true, region, target });
  const done = code === 'OK' || code === 'ECONNRESET';
  const effect: EffectEvent = {
    kind: 'effect',
    at: at + 1,
    id,
    outcome: done ? 'done' : code,
    write: true,
    before,
    ...(made.after === undefined ? {} : { after: made.after }),
    changed: made.changed ?? true,
  };
  return [call, effect, { kind: 'answer', at: at + 2, id, code }];
}

/** A DescribeServices. */
export function read(at: number, code = 'OK', target = 'web'): readonly TraceEvent[] {
  const id = ids++;
  const rest = { at, id, write: false, region: 'us-east-1', target };
  const call = callOf('ecs:DescribeServices', { services: [target] }, rest);
  return [call, { kind: 'answer', at: at + 1, id, code }];
}

function callOf(
  operation: string,
  input: object,
  rest: Pick<CallEvent, 'at' | 'id' | 'write' | 'region' | 'target'>,
): CallEvent {
  const point = `r1/${operation}/${rest.target}/${rest.id}`;
  return { kind: 'call', ...BY, point, operation, input, ...rest };
}

export function truth(parts: Partial<ServiceTruth> = {}): ServiceTruth {
  return {
    arn: 'arn:aws:ecs:us-east-1:123456789012:service/agents/web',
    createdAt: 0,
    status: 'ACTIVE',
    desired: 1,
    running: 1,
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
    specHash: undefined,
    settings: '',
    primary: { id: 'ecs-svc/1', rolloutState: 'COMPLETED', taskDefinition: 'web:1' },
    deployments: 1,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    tags: OURS,
    image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.0',
    scaling: undefined,
    ...parts,
  };
}

export function there(parts: Partial<ServiceTruth> = {}): ThingTruth {
  const service = truth(parts);
  return { exists: true, tags: service.tags, service };
}

/** A status that says Ready. */
export function said(
  loaded: LoadedManifest,
  parts: Partial<ServiceStatus>,
  at: number,
  live?: ServiceTruth,
): TraceEvent {
  const fresh = initialStatus(loaded, new Date(0).toISOString());
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'AsWanted',
    message: '',
    lastTransitionTime: '',
    observedGeneration: 1,
  };
  const status = { ...fresh, revision: 'web:1', conditions: [ready], ...parts } as ServiceStatus;
  return { kind: 'status', at, ...BY, status, truth: live, seenHash: loaded.hash };
}

export function pass(result: string, at: number): TraceEvent {
  return { kind: 'pass', at, ...BY, key: 'default/web', result };
}

export function look(phase: 'begin' | 'end', at: number, link = 'admission'): TraceEvent {
  return { kind: 'link', at, ...BY, key: 'default/web', link, what: 'look', phase };
}

/** Somebody else did something to that. */
export function personAt(at: number, thing: string): readonly TraceEvent[] {
  return [{ kind: 'world', at, what: 'person', target: '', thing }];
}

export function asked(at: number, retry: boolean): TraceEvent {
  return { kind: 'asked', at, ...BY, key: 'default/web', retry };
}

export function life(what: LifeEvent['what'], at: number): TraceEvent {
  return { kind: 'life', at, ...BY, what };
}

/** A manifest whose removal takes its service along. */
export const doomed = web({ deletionPolicy: 'delete' });
export const service = { cluster: 'agents', service: 'web' } as const;

export function deletion(at: number, createdAt = 0): readonly TraceEvent[] {
  return write('ecs:DeleteService', service, { at, before: there({ createdAt }) });
}

/** Services of one manifest that are there at the end. */
export function ended(...names: readonly string[]): EndState {
  const like = '{"evenkeel:manifest":"default/web"}';
  return {
    things: Object.fromEntries(names.map((name) => [`service agents/${name}`, like])),
    revisions: {},
    deployments: {},
  };
}

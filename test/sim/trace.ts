import { createHash } from 'node:crypto';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { ServiceStatus } from '../../src/reconcile/status.ts';
import type { FaultKind } from './faults.ts';
import type { ServiceTruth, ThingTruth } from './truth.ts';

interface At {
  /** Virtual milliseconds since the beginning of the run. */
  readonly at: number;
}

interface By extends At {
  /** `r1`, `r2`, … */
  readonly replica: string;
  /** Counts the processes of that replica. */
  readonly incarnation: number;
}

/** A controller sent something. */
export interface CallEvent extends By {
  readonly kind: 'call';
  /** Unique within the run. */
  readonly id: number;
  /** `<replica>/<operation>/<target>/<n>`; the same under unrelated changes. */
  readonly point: string;
  readonly operation: string;
  readonly target: string;
  readonly input: object;
  readonly write: boolean;
  /** The region it was sent to. */
  readonly region: string;
}

/** A call, or a further copy of it, reached AWS. `before` is what was there at that moment, whatever anybody had read. */
export interface EffectEvent extends At {
  readonly kind: 'effect';
  readonly id: number;
  /** `done`, or the code of the refusal. */
  readonly outcome: string;
  readonly write: boolean;
  /** Writes only: the thing it is done to, before and after, and whether anything about it changed. */
  readonly before?: ThingTruth;
  readonly after?: ThingTruth;
  readonly changed?: boolean;
  /** DescribeServices only: how the services really were when the answer was made, by name. */
  readonly seen?: Readonly<Record<string, ServiceTruth | undefined>>;
}

/** A controller got its answer. */
export interface AnswerEvent extends At {
  readonly kind: 'answer';
  readonly id: number;
  /** `OK`, or the code of the fault, or `Aborted` when it stopped waiting. */
  readonly code: string;
}

export interface FaultEvent extends At {
  readonly kind: 'fault';
  readonly fault: FaultKind;
  /** A point, or what the world did it to. */
  readonly where: string;
}

/** A status was written. `truth` is what was so at that moment. */
export interface StatusEvent extends By {
  readonly kind: 'status';
  readonly status: ServiceStatus;
  readonly truth: ServiceTruth | undefined;
  /** The manifest that this replica had seen last. */
  readonly seenHash: string | undefined;
}

/** The manifests changed. */
export interface DesiredEvent extends At {
  readonly kind: 'desired';
  readonly key: string;
  readonly want: 'wanted' | 'absent' | 'unknown';
  readonly loaded?: LoadedManifest;
}

/** A replica's source noticed. */
export interface SeenEvent extends By {
  readonly kind: 'seen';
  readonly key: string;
  readonly want: 'wanted' | 'deleted' | 'unknown';
  readonly hash?: string;
}

/** Somebody else did something to the account, or the world did by itself. */
export interface WorldEvent extends At {
  readonly kind: 'world';
  readonly what: string;
  readonly target: string;
  /** What it was done to: `thing-of.ts`. Absent: anything. */
  readonly thing?: string;
}

/** A person asked the daemon to look again. */
export interface AskedEvent extends By {
  readonly kind: 'asked';
  readonly key: string;
  /** Also to try a failed rollout again. */
  readonly retry: boolean;
}

/** A process that had stopped in order was about to send something. It was not sent. */
export interface LateEvent extends By {
  readonly kind: 'late';
  readonly operation: string;
  readonly target: string;
}

export interface LifeEvent extends By {
  readonly kind: 'life';
  readonly what: 'start' | 'crash' | 'stopping' | 'stopped' | 'failed' | 'leads' | 'lost' | 'released';
  /** Of the lease. */
  readonly epoch?: number;
}

/** A link of the chain was looked at or acted on; both ends are told. */
export interface LinkEvent extends By {
  readonly kind: 'link';
  readonly key: string;
  readonly link: string;
  readonly what: 'look' | 'act';
  readonly phase: 'begin' | 'end';
}

/** A line that a person or a machine could read. */
export interface TextEvent extends By {
  readonly kind: 'text';
  readonly sink: 'log' | 'metrics' | 'event' | 'status';
  readonly text: string;
}

export interface PassEvent extends By {
  readonly kind: 'pass';
  readonly key: string;
  readonly result: string;
  readonly reason?: string;
}

export type TraceEvent =
  | CallEvent
  | EffectEvent
  | AnswerEvent
  | FaultEvent
  | StatusEvent
  | DesiredEvent
  | SeenEvent
  | WorldEvent
  | AskedEvent
  | LateEvent
  | LifeEvent
  | LinkEvent
  | TextEvent
  | PassEvent;

/** Everything that happened in one run, in its order. */
export class Trace {
  readonly events: TraceEvent[] = [];
  #sorted: { readonly length: number; readonly byKind: ReadonlyMap<string, readonly TraceEvent[]> } = {
    length: 0,
    byKind: new Map(),
  };

  #closed = false;

  push(event: TraceEvent): void {
    if (!this.#closed) this.events.push(event);
  }

  /** What is told from now on is not part of the run any more. */
  close(): void {
    this.#closed = true;
  }

  of<Kind extends TraceEvent['kind']>(kind: Kind): readonly Extract<TraceEvent, { readonly kind: Kind }>[] {
    if (this.#sorted.length !== this.events.length) {
      this.#sorted = { length: this.events.length, byKind: Map.groupBy(this.events, (event) => event.kind) };
    }
    return (this.#sorted.byKind.get(kind) ?? []) as Extract<TraceEvent, { readonly kind: Kind }>[];
  }

  /** SHA-256 over one canonical line an event. Stacks are left out: they name lines of the harness. */
  hash(): string {
    const hash = createHash('sha256');
    for (const event of this.events) hash.update(`${canonical(event)}\n`);
    return hash.digest('hex');
  }
}

const STACK = /"stack":"(?:[^"\\]|\\.)*",?/g;

function canonical(event: TraceEvent): string {
  return JSON.stringify(event).replaceAll('\\"', '"').replace(STACK, '');
}

import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { RunView } from './invariant.ts';
import type { AnswerEvent, CallEvent, EffectEvent, FaultEvent, SeenEvent } from './trace.ts';
import { textIn } from './truth.ts';

export interface LandedWrite {
  readonly call: CallEvent;
  readonly effect: EffectEvent;
}

/** One call and everything that came of it. */
export interface CallStory {
  readonly call: CallEvent;
  readonly effects: readonly EffectEvent[];
  readonly answer: AnswerEvent | undefined;
  readonly fault: string | undefined;
}

/** The events of one run, arranged for looking things up. Made once for all invariants. */
export class RunIndex {
  readonly view: RunView;
  readonly stories: readonly CallStory[];
  /** Writes that took effect, in the order in which they did. */
  readonly landed: readonly LandedWrite[];
  /** Every manifest that was ever wanted, by its hash. */
  readonly manifests: ReadonlyMap<string, LoadedManifest>;
  readonly #keyOfService = new Map<string, string>();
  readonly #seen = new Map<string, SeenEvent[]>();

  constructor(view: RunView) {
    this.view = view;
    const { trace } = view;
    const manifests = new Map<string, LoadedManifest>();
    const answers = new Map<number, AnswerEvent>();
    const effects = new Map<number, EffectEvent[]>();
    const faults = new Map<string, FaultEvent>();
    const calls: CallEvent[] = [];
    for (const event of trace.events) {
      if (event.kind === 'call') calls.push(event);
      else if (event.kind === 'answer') answers.set(event.id, event);
      else if (event.kind === 'effect') effects.set(event.id, [...(effects.get(event.id) ?? []), event]);
      else if (event.kind === 'fault') faults.set(event.where, event);
      else if (event.kind === 'desired' && event.loaded !== undefined) manifests.set(event.loaded.hash, event.loaded);
      else if (event.kind === 'seen') this.#note(event);
    }
    for (const { key, manifest } of manifests.values()) this.#keyOfService.set(manifest.spec.serviceName, key);
    this.manifests = manifests;
    this.stories = calls.map((call) => ({
      call,
      effects: effects.get(call.id) ?? [],
      answer: answers.get(call.id),
      fault: faults.get(call.point)?.fault,
    }));
    this.landed = this.stories
      .flatMap(({ call, effects: own }) => own.map((effect) => ({ call, effect })))
      .filter(({ effect }) => effect.write && effect.outcome === 'done')
      .sort((a, b) => a.effect.at - b.effect.at);
  }

  /** Which manifest a service name belongs to. */
  keyOf(service: string): string | undefined {
    return this.#keyOfService.get(service);
  }

  /** The key a write is about, by the name of the service it names; undefined for task definitions and log groups. */
  keyOfCall({ input, operation }: CallEvent): string | undefined {
    const given = input as Readonly<Record<string, unknown>>;
    const id = textIn(given, 'serviceName', 'service', 'ResourceId', 'resourceArn');
    if (operation === 'ecs:RegisterTaskDefinition' || id.includes(':task-definition/')) return undefined;
    return this.keyOf(id.slice(id.lastIndexOf('/') + 1));
  }

  /** What the process that made this call went by at that time. */
  seenAt(by: Pick<CallEvent, 'replica' | 'incarnation' | 'at'>, key: string): SeenEvent | undefined {
    const own = this.#seen.get(`${by.replica}/${by.incarnation}/${key}`) ?? [];
    return own.findLast((event) => event.at <= by.at);
  }

  manifestAt(by: Pick<CallEvent, 'replica' | 'incarnation' | 'at'>, key: string): LoadedManifest | undefined {
    const hash = this.seenAt(by, key)?.hash;
    return hash === undefined ? undefined : this.manifests.get(hash);
  }

  /** True when somebody else worked on the account within so many milliseconds before. */
  wasTouched(at: number, withinMs: number): boolean {
    return this.view.trace.of('world').some((event) => event.at <= at && at - event.at <= withinMs);
  }

  /**
   * How often a process began that may have been shown less than was so: what the one before it knew of its own writes
   * is gone, and no read can tell. Each may repeat one registration and what follows from it.
   */
  get blindStarts(): number {
    const { trace, hides } = this.view;
    const blind = hides || trace.of('fault').some(({ fault }) => fault === 'stale');
    return blind ? trace.of('life').filter(({ what }) => what === 'start' || what === 'leads').length - 1 : 0;
  }

  #note(event: SeenEvent): void {
    const name = `${event.replica}/${event.incarnation}/${event.key}`;
    const known = this.#seen.get(name);
    if (known === undefined) this.#seen.set(name, [event]);
    else known.push(event);
  }
}

/** The caller could not know whether it happened: lost answers, broken connections, deaths on the way. */
export function isAmbiguous({ answer, fault, effects }: CallStory): boolean {
  if (fault === 'duplicate') return true;
  if (answer === undefined || answer.code === 'Aborted') return true;
  if (effects.some((effect) => effect.at > answer.at)) return true;
  return /^(ServerException|ECONNRESET|ETIMEDOUT|InternalFailure)$/.test(answer.code);
}

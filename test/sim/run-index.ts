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
  readonly #begun = new Map<string, number[]>();
  readonly #effects = new Map<string, EffectEvent[]>();

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
      else if (event.kind === 'effect') add(effects, event.id, event);
      else if (event.kind === 'fault') faults.set(event.where, event);
      else if (event.kind === 'desired' && event.loaded !== undefined) manifests.set(event.loaded.hash, event.loaded);
      else if (event.kind === 'seen') this.#note(event);
      else if (event.kind === 'link' && event.link === 'admission' && event.phase === 'begin') {
        add(this.#begun, `${nameOf(event)}/${event.key}`, event.at);
      }
    }
    for (const { key, manifest } of manifests.values()) this.#keyOfService.set(manifest.spec.serviceName, key);
    this.manifests = manifests;
    this.stories = calls.map((call) => ({
      call,
      effects: effects.get(call.id) ?? NO_EFFECTS,
      answer: answers.get(call.id),
      fault: faults.get(call.point)?.fault,
    }));
    for (const { call, effects: own } of this.stories) {
      for (const effect of own) add(this.#effects, nameOf(call), effect);
    }
    for (const own of this.#effects.values()) own.sort((a, b) => a.at - b.at);
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
    const own = this.#seen.get(`${nameOf(by)}/${key}`) ?? [];
    return own.findLast((event) => event.at <= by.at);
  }

  manifestAt(by: Pick<CallEvent, 'replica' | 'incarnation' | 'at'>, key: string): LoadedManifest | undefined {
    const hash = this.seenAt(by, key)?.hash;
    return hash === undefined ? undefined : this.manifests.get(hash);
  }

  /** When the pass of that key began in which this process is at that time; 0 when none did. */
  passBegunAt(by: Pick<CallEvent, 'replica' | 'incarnation' | 'at'>, key: string): number {
    return this.#begun.get(`${nameOf(by)}/${key}`)?.findLast((at) => at <= by.at) ?? 0;
  }

  /** What calls of this process did from then on, both ends included. */
  effectsOf(by: Pick<CallEvent, 'replica' | 'incarnation' | 'at'>, fromMs: number): readonly EffectEvent[] {
    const own = this.#effects.get(nameOf(by)) ?? [];
    let end = own.length;
    while (end > 0 && own[end - 1]!.at > by.at) end--;
    let begin = end;
    while (begin > 0 && own[begin - 1]!.at >= fromMs) begin--;
    return own.slice(begin, end);
  }

  /** True when reads may show less than is so. */
  get showsLess(): boolean {
    const { trace, hides } = this.view;
    return hides || trace.of('fault').some(({ fault }) => fault === 'stale');
  }

  /**
   * How often a process began that may have been shown less than was so: what the one before it knew of its own writes
   * is gone, and no read can tell. Each may repeat one registration and what follows from it.
   */
  get blindStarts(): number {
    const { trace } = this.view;
    return this.showsLess ? trace.of('life').filter(({ what }) => what === 'start' || what === 'leads').length - 1 : 0;
  }

  /** Times at which ECS would not say what it had gone back from: then that is guessed, by the stamp among others. */
  get notTold(): readonly number[] {
    return this.stories.flatMap(({ call, answer }) =>
      TELLS_OF_FAILURES.test(call.operation) && answer !== undefined && DENIED.test(answer.code) ? [answer.at] : [],
    );
  }

  /** Took effect when whoever had sent it had given up, or was gone: what was read in between does not show it. */
  isLate({ call, effects, answer }: CallStory): boolean {
    const over = answer?.at ?? this.#endOf(call);
    return effects.some(({ at }) => at > over);
  }

  #endOf({ replica, incarnation }: CallEvent): number {
    const { trace, virtualMs } = this.view;
    const ends = trace.of('life').filter(({ what }) => what === 'crash' || what === 'stopped');
    return ends.find((event) => event.replica === replica && event.incarnation === incarnation)?.at ?? virtualMs;
  }

  #note(event: SeenEvent): void {
    add(this.#seen, `${nameOf(event)}/${event.key}`, event);
  }
}

const TELLS_OF_FAILURES = /^ecs:(ListServiceDeployments|DescribeServiceRevisions)$/;
const DENIED = /^AccessDenied/;
const NO_EFFECTS: readonly EffectEvent[] = [];

function nameOf({ replica, incarnation }: Pick<CallEvent, 'replica' | 'incarnation'>): string {
  return `${replica}/${incarnation}`;
}

function add<Name, Item>(lists: Map<Name, Item[]>, name: Name, item: Item): void {
  const known = lists.get(name);
  if (known === undefined) lists.set(name, [item]);
  else known.push(item);
}

/** The caller could not know whether it happened: lost answers, broken connections, deaths on the way. */
export function isAmbiguous({ answer, fault, effects }: CallStory): boolean {
  if (fault === 'duplicate') return true;
  if (answer === undefined || answer.code === 'Aborted') return true;
  if (effects.some((effect) => effect.at > answer.at)) return true;
  return /^(ServerException|ECONNRESET|ETIMEDOUT|InternalFailure)$/.test(answer.code);
}

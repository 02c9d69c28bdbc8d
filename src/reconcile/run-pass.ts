import { Overtaken } from '../lib/errors.ts';
import type { ConditionUpdate } from '../manifest/conditions.ts';
import type { Key } from '../manifest/key.ts';
import type { FargateService } from '../manifest/types.ts';
import type { Difference } from './difference.ts';
import type { Link, Look } from './link.ts';
import { isBookkeeping } from './ownership.ts';
import type { Action, Plan, Refusal } from './plan.ts';
import type { ActionProgress } from './progress.ts';
import { Reads } from './reads.ts';
import type { LiveService, Outputs, Pass, Readiness } from './resource.ts';
import type { RolloutStatus } from './status.ts';

/** How often a link may act and look again before we conclude that AWS does not keep what it is told. */
const MAX_ROUNDS = 3;

export interface PassRequest {
  readonly key: Key;
  readonly manifest: FargateService;
  /** Where the manifest's relative paths begin. */
  readonly directory?: string;
  /** `remove`: the chain is walked backwards and takes away what it made. */
  readonly purpose: 'converge' | 'remove';
  /** False: only a plan is made. */
  readonly execute: boolean;
  /** What a plan has read a moment ago; absent: everything is read anew. */
  readonly reads?: Reads;
  /** Needed for a removal: the service that is meant. */
  readonly incarnation?: Pick<LiveService, 'arn' | 'createdAt'>;
  /** Asked before every action and every attempt to send a write of it; false: what the pass was begun for no longer holds, and it ends with `Overtaken`. */
  readonly stillMeant?: () => boolean;
  readonly onAction?: (phase: 'started' | 'done', action: Action) => void;
  readonly onProgress?: (action: Action, progress: ActionProgress) => void;
}

/** What a pass saw, did and concluded. */
export interface PassResult {
  readonly actions: readonly Action[];
  readonly differences: readonly Difference[];
  /** Differences that stand after the pass: what still asks for a write. */
  readonly remaining: readonly Difference[];
  /** What was planned and not carried out: in a plan, or when the pass was refused. */
  readonly unsent: readonly Action[];
  readonly refusal: Refusal | undefined;
  /** The first link that is not ready, or `ready`. */
  readonly readiness: Readiness;
  readonly conditions: readonly ConditionUpdate[];
  readonly rollout: RolloutStatus | undefined;
  readonly outputs: Readonly<Partial<Outputs>>;
  readonly reads: Reads;
}

/**
 * Walks the chain once: look at each link, act where something is to be done, look again, hand its outputs on.
 * The links that say whether anything may be written, and what is being done, come first in both directions.
 */
export async function runPass(chain: readonly Link[], request: PassRequest, signal: AbortSignal): Promise<PassResult> {
  const walk = new Walk(request, signal);
  const links = request.purpose === 'remove' ? backwards(chain) : chain;
  if (request.purpose === 'converge') walk.ahead(links);
  for (const link of links) {
    await walk.visit(link);
    if (walk.stopped) break;
  }
  return walk.result();
}

function backwards(chain: readonly Link[]): readonly Link[] {
  return [...chain.filter(({ leads }) => leads), ...chain.filter(({ leads }) => !leads).toReversed()];
}

/** The plan that a pass which does not execute has made. */
export function planOf(request: PassRequest, result: PassResult, generation: number): Plan {
  const { spec } = request.manifest;
  // Live carries the stamp of this very manifest and still differs: somebody else changed it.
  const stamped = result.differences.every(({ path }) => !isBookkeeping(path));
  const drift = request.purpose === 'converge' && generation > 0 && stamped;
  return {
    key: request.key,
    cluster: spec.cluster,
    service: spec.serviceName,
    region: spec.region,
    generation,
    actions: result.actions,
    differences: result.differences.filter(({ path }) => !isBookkeeping(path)),
    drift,
    ...optionalRefusal(result),
  };
}

/** A rollout that failed and left nothing to write is no "no changes". */
function optionalRefusal({ refusal, readiness, actions }: PassResult): { readonly refusal?: Refusal } {
  if (refusal !== undefined) return { refusal };
  if (readiness.kind !== 'broken' || actions.length > 0) return {};
  const { reason, message, ending } = readiness;
  const over = ending === 'rolled-back' || ending === 'failed' ? { ending } : {};
  return { refusal: { kind: 'person', reason, message, ...over } };
}

/** The state of one walk along the chain. */
class Walk {
  readonly #request: PassRequest;
  readonly #signal: AbortSignal;
  readonly #reads: Reads;
  readonly #actions: Action[] = [];
  readonly #differences: Difference[] = [];
  readonly #remaining: Difference[] = [];
  readonly #unsent: Action[] = [];
  readonly #conditions: ConditionUpdate[] = [];
  #outputs: Partial<Outputs> = {};
  #pending: (keyof Outputs)[] = [];
  #refusal: Refusal | undefined;
  #readiness: Readiness = { kind: 'ready' };
  #rollout: RolloutStatus | undefined;
  #stopped = false;

  constructor(request: PassRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#reads = request.reads ?? new Reads();
  }

  /** True when nothing further along the chain may or can be looked at. */
  get stopped(): boolean {
    return this.#stopped;
  }

  ahead(links: readonly Link[]): void {
    for (const link of links) link.ahead(this.#pass())?.catch(() => undefined);
  }

  async visit(link: Link): Promise<void> {
    let look = await this.#look(link);
    this.#differences.push(...look.differences);
    this.#actions.push(...look.actions);
    this.#refuse(look.refusal);
    if (this.#mayAct) look = await this.#actUntilSettled(link, look);
    // What was done may have shown what could not be seen before.
    this.#refuse(look.refusal);
    this.#conclude(link, look);
  }

  result(): PassResult {
    return {
      actions: this.#actions,
      differences: this.#differences,
      remaining: this.#remaining,
      unsent: this.#unsent,
      refusal: this.#refusal,
      readiness: this.#readiness,
      conditions: this.#conditions,
      rollout: this.#rollout,
      outputs: this.#outputs,
      reads: this.#reads,
    };
  }

  get #mayAct(): boolean {
    return this.#request.execute && this.#refusal === undefined;
  }

  #pass(): Pass {
    const { key, manifest, directory, purpose, incarnation, stillMeant } = this.#request;
    return {
      key,
      manifest,
      purpose,
      ...(directory === undefined ? {} : { directory }),
      ...(incarnation === undefined ? {} : { incarnation }),
      ...(stillMeant === undefined ? {} : { stillMeant }),
      outputs: this.#outputs,
      pending: this.#pending,
      reads: this.#reads,
      signal: this.#signal,
    };
  }

  #look(link: Link): Promise<Look> {
    return this.#request.purpose === 'remove' ? link.lookForRemoval(this.#pass()) : link.look(this.#pass());
  }

  async #actUntilSettled(link: Link, first: Look): Promise<Look> {
    let look = first;
    for (let round = 1; look.actions.length > 0; round++) {
      if (round > MAX_ROUNDS) return unsettled(look);
      for (const action of look.actions) await this.#act(link, action);
      look = await this.#look(link);
      if (round < MAX_ROUNDS) this.#actions.push(...look.actions);
    }
    return look;
  }

  async #act(link: Link, action: Action): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#request.stillMeant?.() === false) throw new Overtaken(`${action.verb} ${action.target}`);
    this.#request.onAction?.('started', action);
    const tell = (progress: ActionProgress): void => this.#request.onProgress?.(action, progress);
    await link.act(action, { ...this.#pass(), tell });
    this.#request.onAction?.('done', action);
  }

  #refuse(refusal: Refusal | undefined): void {
    this.#refusal ??= refusal;
    if (refusal?.stopsLooking === true) this.#stopped = true;
  }

  #conclude(link: Link, look: Look): void {
    const { readiness } = look;
    this.#outputs = { ...this.#outputs, ...readiness.outputs };
    this.#conditions.push(...(readiness.conditions ?? []));
    this.#rollout = readiness.rollout ?? this.#rollout;
    this.#remaining.push(...look.differences.filter((difference) => difference.verdict === 'declared'));
    this.#unsent.push(...look.actions);
    if (look.actions.length > 0) this.#pending = [...this.#pending, ...link.promises];
    if (this.#readiness.kind === 'ready') this.#readiness = readiness;
    const cannotGoOn = this.#request.execute && readiness.kind !== 'ready' && link.promises.length > 0;
    if (cannotGoOn && link.promises.some((output) => this.#outputs[output] === undefined)) this.#stopped = true;
    if (this.#request.purpose === 'remove' && this.#request.execute && readiness.kind !== 'ready') this.#stopped = true;
  }
}

/** AWS took the write and still answers something else: say so instead of writing for ever. */
function unsettled(look: Look): Look {
  const paths = look.differences.map((difference) => difference.path).join(', ');
  const message = `AWS accepted the change but does not show it: ${paths || 'no field named'}`;
  return {
    ...look,
    readiness: { ...look.readiness, kind: 'broken', reason: 'DoesNotSettle', message, ending: 'failed' },
  };
}

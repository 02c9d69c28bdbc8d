import { UsageError } from '../lib/errors.ts';
import { Acts } from './faults/acts.ts';
import { ArmedRule } from './faults/armed-rule.ts';
import { problemsOfRule } from './faults/check-rule.ts';
import { FAULT_KINDS, type FaultKind, type FaultOf, type FaultRule } from './faults/fault-rule.ts';
import type { FaultyWorld } from './faults/faulty-world.ts';
import { History } from './faults/history.ts';
import type { Occasion } from './faults/occasion.ts';
import { occasionOf } from './faults/occasion-of-call.ts';
import type { Struck, TaskFaults } from './faults/task-faults.ts';
import { Unseen } from './faults/unseen.ts';
import { type CallVerdict, judge } from './faults/verdict.ts';
import { isRead } from './reads.ts';
import type { Region } from './region.ts';
import type { WorldCall } from './world.ts';

export interface FaultOptions {
  readonly rules?: readonly FaultRule[];
  /** Of every draw; default 1. */
  readonly seed?: number;
}

/** A rule that was ordered. */
export interface OrderedFault {
  readonly id: string;
  /** How often it has struck. */
  readonly struck: number;
  /** Takes the rule out of force. Late effects of what it struck still land. Idempotent. */
  lift(): void;
}

/**
 * What goes wrong in a world, by rules that are ordered and lifted at any time. Without rules nothing here costs
 * anything. Draws come from the seed and each rule's id, never from the world's own chance.
 */
export class Faults implements TaskFaults {
  readonly #world: FaultyWorld;
  readonly #seed: number;
  readonly #history = new History();
  readonly #unseen = new Unseen();
  readonly #acts: Acts;
  readonly #injected = new Map<FaultKind, number>();
  #rules: readonly ArmedRule[] = [];
  #callRules: readonly ArmedRule[] = [];
  #ordered = 0;

  constructor(world: FaultyWorld, { rules = [], seed = 1 }: FaultOptions = {}) {
    this.#world = world;
    this.#seed = seed;
    this.#acts = new Acts(world, (rule, occasion) => this.#strikes(rule, occasion));
    for (const rule of rules) this.order(rule);
  }

  /** How often each kind has struck. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return this.#injected;
  }

  /** Puts a rule in force, behind those that are. Throws `UsageError` for one that makes no sense. */
  order(rule: FaultRule): OrderedFault {
    const id = rule.id ?? `${rule.fault.kind}-${++this.#ordered}`;
    const problems = problemsOfRule(rule);
    if (this.#rules.some((other) => other.id === id)) throw new UsageError(`there is a fault rule '${id}' already`);
    if (problems[0] !== undefined) throw new UsageError(`fault rule '${id}': ${problems[0].message}`);
    this.#world.catchUp();
    const armed = new ArmedRule({ ...rule, id }, this.#seed, this.#world.startedAt);
    this.#set([...this.#rules, armed]);
    if (armed.fault.kind === 'stale') this.#history.reach([armed.fault.lagMs].flat().at(-1)!);
    this.#acts.plan(armed);
    return {
      id,
      get struck() {
        return armed.struck;
      },
      lift: () => {
        this.#world.catchUp();
        armed.lifted = true;
        this.#set(this.#rules.filter((other) => other !== armed));
      },
    };
  }

  /** Takes every rule out of force; what was created unseen is seen. Late effects still land. */
  clear(): void {
    this.#world.catchUp();
    for (const rule of this.#rules) rule.lifted = true;
    this.#set([]);
    this.#unseen.clear();
  }

  /** True: no rule in force is about calls. */
  get sparesCalls(): boolean {
    return this.#callRules.length === 0;
  }

  /** What happens to a call. Counts. */
  judge(call: WorldCall): CallVerdict {
    return judge(this.#callRules, occasionOf(call.operation, call.region, call.input), {
      strikes: (rule, occasion) => this.#strikes(rule, occasion),
      editOf: (rule, occasion) => this.#acts.editFor(rule, occasion, call.caller.account),
    });
  }

  strike<Kind extends FaultKind>(kind: Kind, occasion: () => Occasion): Struck<Kind> | undefined {
    for (const rule of this.#rules) {
      if (rule.fault.kind !== kind || !this.#strikes(rule, occasion())) continue;
      return { fault: rule.fault as FaultOf<Kind>, draw: (ms) => rule.draw(ms) };
    }
    return undefined;
  }

  /** What a call is to work on: for reads, what they can see of the region. */
  seenBy(operation: string, region: Region, lag: CallVerdict['lag']): Region {
    if (!isRead(operation)) return region;
    const at = this.#world.now();
    const then = lag === undefined ? region : this.#history.at(region, at - lag.ms, lag.monotonic);
    return then === region ? this.#unseen.view(region, at) : then;
  }

  /** To be told right before anything changes, by a call or (without a region) by itself. */
  beforeChange(region?: Region): void {
    if (!this.#history.isKept) return;
    const changing = region === undefined ? this.#world.regions() : [region];
    for (const one of changing) this.#history.beforeChange(one, this.#world.now(), region === undefined);
  }

  /** Hides from reads what a call creates; what it returns is called after the call. */
  hideCreated(region: Region, ms: number): () => void {
    return this.#unseen.watch(region, this.#world.now() + ms);
  }

  #strikes(rule: ArmedRule, occasion: Occasion): boolean {
    if (!rule.strikes(occasion, this.#world.now())) return false;
    const { kind } = rule.fault;
    this.#injected.set(kind, (this.#injected.get(kind) ?? 0) + 1);
    return true;
  }

  #set(rules: readonly ArmedRule[]): void {
    this.#rules = rules;
    this.#callRules = rules.filter(({ fault }) => FAULT_KINDS[fault.kind] === 'call' || isBetweenCalls(fault));
    if (!rules.some(({ fault }) => fault.kind === 'stale')) this.#history.clear();
  }
}

/** A foreign edit without times waits for calls. */
function isBetweenCalls(fault: ArmedRule['fault']): boolean {
  return fault.kind === 'foreign-edit' && fault.at === undefined && fault.everyMs === undefined;
}

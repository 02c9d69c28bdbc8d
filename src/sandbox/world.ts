import { AwsFault } from '../aws/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Agenda } from './agenda.ts';
import { HANDLERS } from './api/handlers.ts';
import { learnOfPushes } from './ecr/registry.ts';
import type { Environment } from './environment.ts';
import type { FaultyWorld } from './faults/faulty-world.ts';
import type { CallVerdict } from './faults/verdict.ts';
import { type FaultOptions, Faults } from './faults.ts';
import { Quotas } from './limits.ts';
import { isRead } from './reads.ts';
import { throttled, unknownOperation } from './refusals.ts';
import { type Caller, Region } from './region.ts';
import { DEFAULT_OPTIONS, type SandboxOptions } from './sandbox-options.ts';

/** A mutating call as the world saw it. */
export interface LoggedCall {
  /** Epoch milliseconds, the world's time. */
  readonly at: number;
  /** `<api>:<operation>` */
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly input: unknown;
  /** `done`, or the code of the fault that refused it; a refused call changed nothing. */
  readonly outcome: string;
  /** The id of the fault rule that made the call in somebody else's name; absent: a caller made it. */
  readonly rule?: string;
}

export interface WorldCall {
  readonly caller: Caller;
  readonly region: string;
  /** `<api>:<operation>` */
  readonly operation: string;
  readonly input: object;
}

/** What the faults make of a call that takes effect. */
export interface PerformOptions {
  /** How old the state is that a read sees. */
  readonly lag?: CallVerdict['lag'];
  /** How long reads do not see what it creates. */
  readonly hideForMs?: number;
  /** The fault rule that makes the call. */
  readonly rule?: string;
}

/**
 * All of AWS, as far as `MODEL.md` promises it: the state of every account and region, and the time that passes there.
 * Time passes lazily: every call first lives through what is due. No timers, so any clock will do. The world's time
 * starts at the clock's and then follows its monotonic time: setting a machine's clock does not move AWS.
 */
export class SandboxWorld {
  readonly clock: Clock;
  readonly options: SandboxOptions;
  /** What goes wrong here: nothing, until it is ordered. */
  readonly faults: Faults;
  readonly #agenda = new Agenda();
  readonly #regions = new Map<string, Region>();
  readonly #log: LoggedCall[] = [];
  readonly #calls = new Map<string, number>();
  readonly #environment: Environment;
  readonly #quotas = new Quotas();
  readonly #origin: number;
  #now: number;
  #isLiving = false;

  constructor(parts: { clock: Clock; random: Random; options?: Partial<SandboxOptions>; faults?: FaultOptions }) {
    this.clock = parts.clock;
    this.options = { ...DEFAULT_OPTIONS, ...parts.options };
    this.#origin = parts.clock.now() - parts.clock.elapsed();
    this.#now = Math.floor(parts.clock.now());
    const now = (): number => this.#now;
    const schedule = (ms: number, run: () => void): void =>
      this.#agenda.add(this.#now + Math.max(0, Math.round(ms)), run);
    const regions = (): Iterable<Region> => this.#regions.values();
    const act: FaultyWorld['act'] = (region, operation, input, rule) => this.#act(region, operation, input, rule);
    this.faults = new Faults(
      { startedAt: this.#now, catchUp: () => this.catchUp(), now, schedule, regions, act },
      parts.faults,
    );
    this.#environment = { options: this.options, random: parts.random, faults: this.faults, now, schedule };
  }

  /** Mutating calls in the order they arrived, refused ones too. */
  get log(): readonly LoggedCall[] {
    return this.#log;
  }

  /** How often each operation was called, reads included. */
  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  /** The state itself, for those who check what came of the calls. Not a call: nothing is counted, nothing may be changed. */
  truthOf(region: string, account: string = this.options.account): Region {
    this.catchUp();
    return this.#region(account, region);
  }

  /** The caller that assumed no role. */
  get root(): Caller {
    const { account } = this.options;
    return { account, arn: `arn:aws:iam::${account}:user/sandbox`, userId: 'AIDASANDBOXSANDBOXSBX' };
  }

  /** Lives through everything that is due by now. Calls do it by themselves. */
  catchUp(): void {
    // A call that lands late is itself part of what is lived through.
    if (this.#isLiving) return;
    const until = Math.floor(this.#origin + this.clock.elapsed());
    this.#isLiving = true;
    try {
      for (let due = this.#agenda.take(until); due !== undefined; due = this.#agenda.take(until)) {
        this.#now = Math.max(this.#now, due.at);
        this.faults.beforeChange();
        due.run();
      }
      this.#now = Math.max(this.#now, until);
    } finally {
      this.#isLiving = false;
    }
  }

  /** What happened outside the world that the call must see: images that were pushed to a registry of yours. */
  async learn({ caller, region, operation, input }: WorldCall, signal: AbortSignal): Promise<void> {
    const { registry } = this.options;
    if (registry === undefined || operation !== 'ecr:BatchGetImage') return;
    await learnOfPushes(registry, this.#region(caller.account, region), input, signal);
  }

  /** What the faults decide about a call that arrives now; undefined: nothing. */
  judge(call: WorldCall): CallVerdict | undefined {
    if (this.faults.sparesCalls) return undefined;
    this.catchUp();
    return this.faults.judge(call);
  }

  /** Has something happen in the world, whoever lives then to see it. */
  later(ms: number, run: () => void): void {
    this.catchUp();
    this.#environment.schedule(ms, run);
  }

  /** A call that arrived and was refused without effect. */
  refuse(call: WorldCall, refusal: AwsFault): void {
    this.catchUp();
    this.#count(call);
    this.#record(call, refusal.code, undefined);
  }

  /**
   * One call, at once: throttles, answers, writes the log. Input and output are the world's own; `SandboxTransport`
   * copies them on the way in and out, and lets the faults strike.
   */
  perform(call: WorldCall, options: PerformOptions = {}): object {
    this.catchUp();
    if (options.rule === undefined) this.#count(call);
    try {
      const output = this.#answer(call, options);
      this.#record(call, 'done', options.rule);
      return output;
    } catch (thrown) {
      this.#record(call, thrown instanceof AwsFault ? thrown.code : 'InternalFailure', options.rule);
      throw thrown;
    }
  }

  #answer({ caller, region, operation, input }: WorldCall, { lag, hideForMs = 0, rule }: PerformOptions): object {
    const handler = HANDLERS[operation];
    if (handler === undefined) throw unknownOperation(`The sandbox does not imitate ${operation}.`);
    const place = this.#region(caller.account, region);
    const isPaced = this.options.throttling && rule === undefined;
    if (isPaced && !this.#quotas.take(`${caller.account}/${region}`, operation, this.#now)) throw throttled();
    if (!isRead(operation)) this.faults.beforeChange(place);
    const reveal = hideForMs > 0 ? this.faults.hideCreated(place, hideForMs) : undefined;
    const output = handler(this.faults.seenBy(operation, place, lag), input as never, caller);
    reveal?.();
    return output;
  }

  /** A call of nobody who calls: not paced, not counted among theirs. */
  #act({ account, name }: Region, operation: string, input: object, rule: string): void {
    const caller = { account, arn: `arn:aws:iam::${account}:user/somebody-else`, userId: 'AIDASOMEBODYELSESBX' };
    try {
      this.perform({ caller, region: name, operation, input: structuredClone(input) }, { rule });
    } catch {
      // Whoever it was, they see it, and the log has it.
    }
  }

  #region(account: string, name: string): Region {
    const key = `${account}/${name}`;
    const region = this.#regions.get(key) ?? new Region(account, name, this.#environment);
    this.#regions.set(key, region);
    return region;
  }

  #count({ operation }: WorldCall): void {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
  }

  #record({ caller, region, operation, input }: WorldCall, outcome: string, rule: string | undefined): void {
    if (isRead(operation)) return;
    const call = { at: this.#now, operation, account: caller.account, region, input: withoutBody(input), outcome };
    this.#log.push(rule === undefined ? call : { ...call, rule });
  }
}

/** Bodies of objects are large, and the log keeps every call. */
function withoutBody(input: object): object {
  return 'Body' in input && input.Body instanceof Uint8Array ? { ...input, Body: input.Body.byteLength } : input;
}

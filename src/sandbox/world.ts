import { AwsFault } from '../aws/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { Agenda } from './agenda.ts';
import { HANDLERS } from './api/handlers.ts';
import type { Environment } from './environment.ts';
import { Quotas } from './limits.ts';
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
}

export interface WorldCall {
  readonly caller: Caller;
  readonly region: string;
  /** `<api>:<operation>` */
  readonly operation: string;
  readonly input: object;
}

const READS = /:(Describe|List|Get|Batch(Get|Check)|Filter|AssumeRole)/;

/**
 * All of AWS, as far as `MODEL.md` promises it: the state of every account and region, and the time that passes there.
 * Time passes lazily: every call first lives through what is due. No timers, so any clock will do. The world's time
 * starts at the clock's and then follows its monotonic time: setting a machine's clock does not move AWS.
 */
export class SandboxWorld {
  readonly clock: Clock;
  readonly options: SandboxOptions;
  readonly #agenda = new Agenda();
  readonly #regions = new Map<string, Region>();
  readonly #log: LoggedCall[] = [];
  readonly #calls = new Map<string, number>();
  readonly #environment: Environment;
  readonly #quotas = new Quotas();
  readonly #origin: number;
  #now: number;

  constructor(parts: { clock: Clock; random: Random; options?: Partial<SandboxOptions> }) {
    this.clock = parts.clock;
    this.options = { ...DEFAULT_OPTIONS, ...parts.options };
    this.#origin = parts.clock.now() - parts.clock.elapsed();
    this.#now = Math.floor(parts.clock.now());
    this.#environment = {
      options: this.options,
      random: parts.random,
      now: () => this.#now,
      schedule: (ms, run) => this.#agenda.add(this.#now + Math.max(0, Math.round(ms)), run),
    };
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
    const until = Math.floor(this.#origin + this.clock.elapsed());
    for (let due = this.#agenda.take(until); due !== undefined; due = this.#agenda.take(until)) {
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = Math.max(this.#now, until);
  }

  /**
   * One call, at once: throttles, answers, writes the log. Input and output are the world's own; `SandboxTransport`
   * copies them on the way in and out.
   */
  perform(call: WorldCall): object {
    this.catchUp();
    this.#calls.set(call.operation, (this.#calls.get(call.operation) ?? 0) + 1);
    try {
      const output = this.#answer(call);
      this.#record(call, 'done');
      return output;
    } catch (thrown) {
      this.#record(call, thrown instanceof AwsFault ? thrown.code : 'InternalFailure');
      throw thrown;
    }
  }

  #answer({ caller, region, operation, input }: WorldCall): object {
    const handler = HANDLERS[operation];
    if (handler === undefined) throw unknownOperation(`The sandbox does not imitate ${operation}.`);
    const place = this.#region(caller.account, region);
    if (this.options.throttling && !this.#quotas.take(`${caller.account}/${region}`, operation, this.#now)) {
      throw throttled();
    }
    return handler(place, input as never, caller);
  }

  #region(account: string, name: string): Region {
    const key = `${account}/${name}`;
    const region = this.#regions.get(key) ?? new Region(account, name, this.#environment);
    this.#regions.set(key, region);
    return region;
  }

  #record({ caller, region, operation, input }: WorldCall, outcome: string): void {
    if (READS.test(operation)) return;
    this.#log.push({ at: this.#now, operation, account: caller.account, region, input, outcome });
  }
}

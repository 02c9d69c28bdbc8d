import { isRead } from '../../src/aws/classify.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../../src/aws/operations.ts';
import { failureOf } from '../../src/sandbox/faults/failures.ts';
import { NO_VERDICT } from '../../src/sandbox/faults/verdict.ts';
import type { SandboxWorld, WorldCall } from '../../src/sandbox/world.ts';
import type { CallFault, FaultPlan } from './faults.ts';
import type { Engine, EngineCall } from './images/engine.ts';
import type { AskEngine } from './images/sim-builder.ts';
import type { Kernel, Owner } from './kernel.ts';
import { plainCopy } from './plain-copy.ts';
import type { Dice } from './random.ts';
import type { StaleReads } from './stale-reads.ts';
import { targetOf } from './target-of.ts';
import type { Trace } from './trace.ts';
import type { Troubles } from './troubles.ts';
import { describedTruth, fingerprint, thingTruth } from './truth.ts';

/** One process of one replica. */
export interface Incarnation extends Owner {
  readonly replica: string;
  readonly number: number;
  /** It has stopped in order: what it still wants to send is written down and goes nowhere. */
  ended?: boolean;
}

export interface WireParts {
  readonly kernel: Kernel;
  readonly world: SandboxWorld;
  readonly trace: Trace;
  readonly plan: FaultPlan;
  readonly dice: Dice;
  readonly stale: StaleReads;
  readonly troubles: Troubles;
  /** How long one way takes, in milliseconds. */
  readonly latencyMs: readonly [from: number, to: number];
  /** The engine that makes images on the machine of a replica. */
  readonly engineOf: (replica: string) => Engine;
  /** Kills the process, at once. */
  readonly crash: (incarnation: Incarnation) => void;
}

type Answer = { readonly ok: object } | { readonly error: unknown };

interface Sent {
  readonly id: number;
  readonly replica: string;
  readonly point: string;
  readonly operation: string;
  readonly region: string;
  readonly input: object;
  readonly write: boolean;
}

const ENGINE = 'engine:';
const LATE_MS: readonly [number, number] = [1_000, 65_000];
const FAULTS: Readonly<Partial<Record<CallFault, () => AwsFault>>> = {
  throttle: () => new AwsFault('ThrottlingException', 'Rate exceeded', { status: 400 }),
  '5xx-before': () => new AwsFault('ServerException', 'Service Unavailable', { status: 503 }),
  '5xx-after': () => new AwsFault('ServerException', 'Internal failure', { status: 500 }),
  'reset-before': () => new AwsFault('ECONNRESET', 'socket hang up'),
  'reset-after': () => new AwsFault('ECONNRESET', 'socket hang up'),
  'reset-later': () => new AwsFault('ETIMEDOUT', 'the answer did not arrive'),
  expired: () => new AwsFault('ExpiredTokenException', 'The security token is expired', { status: 400 }),
  denied: () => new AwsFault('AccessDeniedException', 'User is not authorized to perform this', { status: 400 }),
};
/** The answer is lost, or never was: the caller cannot know whether it happened. */
export const AMBIGUOUS: ReadonlySet<CallFault> = new Set([
  '5xx-before',
  '5xx-after',
  'reset-before',
  'reset-after',
  'reset-later',
  'crash-during',
  'crash-after',
]);

/** The way from the controllers to AWS and back, on which everything can go wrong. One for the whole run. */
export class Wire {
  readonly parts: WireParts;
  readonly #counts = new Map<string, number>();
  #ids = 0;

  constructor(parts: WireParts) {
    this.parts = parts;
  }

  /** How one process reaches one region. */
  transport(incarnation: Incarnation, region: string): AwsTransport {
    const send = (operation: string, input: object, options: CallOptions): Promise<object> =>
      this.#send(incarnation, region, operation, input, options);
    return {
      async call<Name extends OperationName>(
        name: Name,
        input: InputOf<Name>,
        options: CallOptions,
      ): Promise<OutputOf<Name>> {
        return (await send(name, input, options)) as OutputOf<Name>;
      },
    };
  }

  /** How one process reaches the engine of its machine, which pushes into one region. */
  engine(incarnation: Incarnation, region: string): AskEngine {
    return ({ operation, input }, signal) => this.#send(incarnation, region, operation, input, { signal });
  }

  #send(by: Incarnation, region: string, operation: string, input: object, { signal }: CallOptions): Promise<object> {
    const { trace, kernel, plan } = this.parts;
    if (!by.alive) return new Promise(() => undefined);
    signal.throwIfAborted();
    const target = targetOf(input as Readonly<Record<string, unknown>>);
    if (by.ended === true) {
      trace.push({ kind: 'late', at: kernel.now, replica: by.replica, incarnation: by.number, operation, target });
      return new Promise(() => undefined);
    }
    const name = `${by.replica}/${operation}/${target}`;
    const nth = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, nth);
    // What an engine does to its own machine is nothing that others see.
    const write = operation.startsWith(ENGINE) ? operation === 'engine:Push' : !isRead(operation);
    const point = `${name}/${nth}`;
    const { replica, number: incarnation } = by;
    const sent: Sent = {
      id: this.#ids++,
      replica,
      point,
      operation,
      region,
      input: write ? plainCopy(input) : input,
      write,
    };
    const struck = plan.strike({ point, operation, replica: by.replica, write, now: kernel.now });
    const fault = struck?.fault;
    if (fault !== undefined) {
      this.parts.troubles.note(kernel.now, fault === 'denied');
      trace.push({
        kind: 'fault',
        at: kernel.now,
        fault: struck?.window === true ? `window-${fault as 'throttle'}` : fault,
        where: point,
      });
    }
    if (fault === 'crash-before') {
      this.parts.crash(by);
      return new Promise(() => undefined);
    }
    trace.push({ kind: 'call', at: kernel.now, incarnation, target, ...sent });
    return this.#travel(by, sent, fault, signal);
  }

  #travel(by: Incarnation, sent: Sent, fault: CallFault | undefined, signal: AbortSignal): Promise<object> {
    const { kernel, dice, latencyMs } = this.parts;
    const lane = `${by.replica}/${sent.operation}`;
    const one = (way: string): number => Math.round(dice.between(`${way}:${sent.point}`, ...latencyMs));
    return new Promise((resolve, reject) => {
      let over = false;
      const finish = (code: string, settle: () => void): void => {
        if (over) return;
        over = true;
        signal.removeEventListener('abort', onAbort);
        this.#answered(sent, code);
        settle();
      };
      const onAbort = (): void => finish('Aborted', () => reject(signal.reason));
      signal.addEventListener('abort', onAbort, { once: true });
      const answer = (given: Answer): void => {
        kernel.after(
          one('back'),
          lane,
          () => {
            if (fault === 'crash-during') return this.parts.crash(by);
            if ('ok' in given) finish('OK', () => resolve(given.ok));
            else finish(codeOf(given.error), () => reject(given.error));
            if (fault === 'crash-after') kernel.after(0, 'crash', () => this.parts.crash(by), by);
          },
          by,
        );
      };
      // What was sent arrives, whether or not anybody still waits for it.
      kernel.after(one('there'), `${lane}/arrival`, () => this.#arrive(sent, fault, answer));
    });
  }

  #arrive(sent: Sent, fault: CallFault | undefined, answer: (given: Answer) => void): void {
    switch (fault) {
      case 'throttle':
      case '5xx-before':
      case 'reset-before':
      case 'expired':
      case 'denied':
        answer({ error: FAULTS[fault]!() });
        return;
      case '5xx-after':
      case 'reset-after': {
        this.#perform(sent);
        answer({ error: FAULTS[fault]!() });
        return;
      }
      case 'reset-later': {
        const { kernel, dice, troubles } = this.parts;
        const lateMs = Math.round(dice.between(`late:${sent.point}`, ...LATE_MS));
        troubles.note(kernel.now + lateMs, true);
        kernel.after(lateMs, 'late', () => this.#perform(sent));
        answer({ error: FAULTS[fault]!() });
        return;
      }
      case 'duplicate':
        this.#perform(sent);
        answer(this.#perform(sent));
        return;
      case 'stale':
        answer(this.parts.stale.older(sent) ?? this.#perform(sent));
        return;
      case 'crash-before':
      case 'crash-during':
      case 'crash-after':
      case undefined:
        answer(this.#perform(sent));
    }
  }

  /** The call takes effect. */
  #perform(sent: Sent): Answer {
    const { world, stale } = this.parts;
    const { operation, region, input, write } = sent;
    if (write) stale.beforeWrite();
    else if (!operation.startsWith(ENGINE)) stale.note(sent);
    const told = write ? this.#watchWrite(sent) : this.#watchRead(sent);
    const answer = operation.startsWith(ENGINE)
      ? this.#askEngine(sent)
      : this.#ask({ caller: world.root, region, operation, input });
    told('ok' in answer ? 'done' : codeOf(answer.error));
    return answer;
  }

  /** As the sandbox's own rules have it, where there are any. */
  #ask(call: WorldCall): Answer {
    const { world } = this.parts;
    const verdict = world.judge(call) ?? NO_VERDICT;
    const { ending } = verdict;
    for (const edit of verdict.before) edit();
    if (ending.kind !== 'answered' && ending.kind !== 'duplicate') {
      return { error: failureOf(ending, call.operation, call.caller.arn) };
    }
    try {
      const answer = { ok: plainCopy(world.perform(call, verdict)) };
      for (const edit of verdict.after) edit();
      return answer;
    } catch (thrown) {
      return { error: thrown };
    }
  }

  #askEngine({ replica, region, operation, input }: Sent): Answer {
    const { world, engineOf } = this.parts;
    try {
      return { ok: engineOf(replica).perform({ operation, input } as EngineCall, world.truthOf(region)) };
    } catch (thrown) {
      return { error: thrown };
    }
  }

  #watchWrite({ id, operation, region, input }: Sent): (outcome: string) => void {
    const { world, kernel, trace } = this.parts;
    const truth = world.truthOf(region);
    const given = input as Readonly<Record<string, unknown>>;
    const before = thingTruth(truth, operation, given);
    const print = fingerprint(truth, operation, given);
    return (outcome) => {
      const done = outcome === 'done';
      const registers = operation === 'ecs:RegisterTaskDefinition';
      const changed = done && (registers || fingerprint(truth, operation, given) !== print);
      const after = done ? { after: thingTruth(truth, operation, given) } : {};
      trace.push({ kind: 'effect', at: kernel.now, id, outcome, write: true, before, ...after, changed });
    };
  }

  #watchRead({ id, operation, region, input }: Sent): (outcome: string) => void {
    const { world, kernel, trace } = this.parts;
    return (outcome) => {
      const truth = world.truthOf(region);
      const seen =
        operation === 'ecs:DescribeServices'
          ? { seen: describedTruth(truth, input as Readonly<Record<string, unknown>>) }
          : {};
      trace.push({ kind: 'effect', at: kernel.now, id, outcome, write: false, ...seen });
    };
  }

  #answered({ id }: Sent, code: string): void {
    this.parts.trace.push({ kind: 'answer', at: this.parts.kernel.now, id, code });
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof AwsFault ? thrown.code : 'Bug';
}

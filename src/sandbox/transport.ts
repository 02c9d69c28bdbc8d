import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../aws/operations.ts';
import { deliver } from './faults/deliver.ts';
import type { Caller } from './region.ts';
import type { SandboxWorld } from './world.ts';

/**
 * One region of the sandbox, seen by one caller. Throws `AwsFault`.
 * Every call to a world, from the HTTP front too, passes `send`: the place where the world's faults strike calls.
 */
export class SandboxTransport implements AwsTransport {
  readonly #world: SandboxWorld;
  readonly #region: string;
  readonly #caller: Caller;

  constructor(world: SandboxWorld, region: string, caller: Caller = world.root) {
    this.#world = world;
    this.#region = region;
    this.#caller = caller;
  }

  async call<Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    options: CallOptions,
  ): Promise<OutputOf<Name>> {
    return (await this.send(name, input, options)) as OutputOf<Name>;
  }

  /** As `call`, for any operation the sandbox imitates, also those Evenkeel itself does not use. */
  async send(operation: string, input: object, options: CallOptions): Promise<object> {
    options.signal.throwIfAborted();
    const world = this.#world;
    const call = { caller: this.#caller, region: this.#region, operation, input: structuredClone(input) };
    const { latencyMs } = world.options;
    if (latencyMs > 0) await world.clock.sleep(latencyMs, options.signal);
    await world.learn(call, options.signal);
    const verdict = world.judge(call);
    if (verdict === undefined) return structuredClone(world.perform(call));
    return deliver({
      operation,
      callerArn: call.caller.arn,
      verdict,
      effect: () => structuredClone(world.perform(call, verdict)),
      refuse: (refusal) => world.refuse(call, refusal),
      later: (ms, run) => world.later(ms, run),
      wait: (ms) => world.clock.sleep(ms, options.signal),
    });
  }
}

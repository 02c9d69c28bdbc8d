import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../aws/operations.ts';
import type { Caller } from './region.ts';
import type { SandboxWorld } from './world.ts';

/**
 * One region of the sandbox, seen by one caller. Throws `AwsFault`.
 * Every call to a world, from the HTTP front too, passes `send`: the place to order faults, delays and stale reads.
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
    const sent = structuredClone(input);
    const { latencyMs } = this.#world.options;
    if (latencyMs > 0) await this.#world.clock.sleep(latencyMs, options.signal);
    return structuredClone(this.#world.perform({ caller: this.#caller, region: this.#region, operation, input: sent }));
  }
}

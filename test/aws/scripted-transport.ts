import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../../src/aws/operations.ts';

type Handler<Name extends OperationName> = (
  input: InputOf<Name>,
  options: CallOptions,
) => OutputOf<Name> | Promise<OutputOf<Name>>;
type Handlers = { [Name in OperationName]?: Handler<Name> };

export interface RecordedCall {
  readonly name: OperationName;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Answers from a script, and writes down what it was asked. */
export class ScriptedTransport implements AwsTransport {
  readonly calls: RecordedCall[] = [];
  readonly #handlers: Handlers;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  async call<Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    options: CallOptions,
  ): Promise<OutputOf<Name>> {
    this.calls.push({ name, input: input as Readonly<Record<string, unknown>> });
    const handler = this.#handlers[name] as Handler<Name> | undefined;
    if (handler === undefined) throw new Error(`nobody expected ${name}`);
    return await handler(input, options);
  }

  count(name: OperationName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  inputs(name: OperationName): readonly Readonly<Record<string, unknown>>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.input);
  }
}

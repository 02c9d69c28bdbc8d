import { inspect } from 'node:util';

const HIDDEN = '[sealed]';

/**
 * A value that may hold secrets and must never be printed by accident: JSON, string conversion and `util.inspect` all
 * give `[sealed]`. Only `reveal()` hands it out.
 */
export class Sealed<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toJSON(): string {
    return HIDDEN;
  }

  toString(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

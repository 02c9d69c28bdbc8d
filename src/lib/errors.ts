/** Turns whatever was thrown into an Error, keeping the original as `cause`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** Ends a `switch` over a closed union: the compiler refuses a missing case, the runtime names it. */
export function assertNever(value: never, what: string): never {
  throw new Error(`${what}: unexpected ${JSON.stringify(value)}`);
}

/** The person who called us asked for something that cannot be done as asked. Exit 1, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A write was not sent any more, since what it was for no longer holds. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Why a signal was aborted. `signal.reason` is always one of these inside Evenkeel. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly why: 'shutdown' | 'pass-timeout' | 'lease-lost' | 'user';

  constructor(why: 'shutdown' | 'pass-timeout' | 'lease-lost' | 'user', message: string) {
    super(message);
    this.why = why;
  }
}

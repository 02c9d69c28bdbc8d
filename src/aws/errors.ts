/** What AWS (or the sandbox) answered when it refused a call, before anyone has decided what that means. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  /** The error code without namespace or suffix after `:`, such as `ServiceNotFoundException`; for a failed connection the system's (`ECONNRESET`). */
  readonly code: string;
  /** HTTP status; undefined when no answer arrived. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, details: { status?: number; requestId?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
  }
}

/**
 * What an error means for the one who called.
 *
 * - `missing`: AWS answered, and the thing is not there. Never from a failed read.
 * - `exists`: it is there already; success for whoever wanted it made.
 * - `throttled`: nothing happened; later.
 * - `busy`: nothing happened; a passing state (still draining, a concurrent change) must end first.
 * - `not-ready`: something it depends on is not there yet (target group not attached, role still propagating).
 * - `invalid`: the request can never work as it is.
 * - `denied`: the caller may not. May pass when a policy is repaired.
 * - `credentials`: who the caller is could not be established (expired, missing, revoked).
 * - `quota`: an account limit stands in the way.
 * - `transient`: AWS failed before it could do anything, or the call only reads.
 * - `ambiguous`: the effect may or may not have happened; look again before acting.
 */
export type AwsErrorKind =
  | 'missing'
  | 'exists'
  | 'throttled'
  | 'busy'
  | 'not-ready'
  | 'invalid'
  | 'denied'
  | 'credentials'
  | 'quota'
  | 'transient'
  | 'ambiguous';

/** A refused or failed AWS call, classified. Branch on `kind`, never on the message. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly kind: AwsErrorKind;
  /** `<api>:<operation>` */
  readonly operation: string;
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(kind: AwsErrorKind, operation: string, fault: AwsFault) {
    super(`${operation}: ${fault.code}: ${fault.message}`, { cause: fault });
    this.kind = kind;
    this.operation = operation;
    this.code = fault.code;
    this.requestId = fault.requestId;
  }
}

/** True for an `AwsError` of one of these kinds. */
export function isAwsError(thrown: unknown, ...kinds: readonly AwsErrorKind[]): thrown is AwsError {
  return thrown instanceof AwsError && (kinds.length === 0 || kinds.includes(thrown.kind));
}

import { isRead } from '../../src/aws/classify.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../../src/aws/operations.ts';

export interface SentCall {
  readonly operation: string;
  readonly input: object;
  /** True once it changed the world, or was answered. */
  took: boolean;
}

/** A trouble on the way to AWS. `after`: the call takes effect and the answer is lost. */
export interface Trouble {
  readonly when: (operation: string, input: object) => boolean;
  /** `hang`: no answer ever comes. */
  readonly fault: Error | 'hang';
  readonly after?: boolean;
  /** How often it strikes; absent: until it is lifted. */
  times?: number;
}

export const accessDenied = new AwsFault('AccessDeniedException', 'User is not authorized to perform this', {
  status: 400,
});
export const expired = new AwsFault('ExpiredTokenException', 'The security token is expired', { status: 400 });
export const throttling = new AwsFault('ThrottlingException', 'Rate exceeded', { status: 400 });
export const serverError = new AwsFault('ServerException', 'internal', { status: 500 });
export const unreachable = new AwsFault('ECONNREFUSED', 'connect ECONNREFUSED');

/** Counts what is sent and lets troubles strike. */
export class FaultyTransport implements AwsTransport {
  readonly sent: SentCall[] = [];
  readonly #inner: AwsTransport;
  readonly #troubles = new Set<Trouble>();

  constructor(inner: AwsTransport) {
    this.#inner = inner;
  }

  /** Returns what lifts it. */
  trouble(trouble: Trouble): () => void {
    this.#troubles.add(trouble);
    return () => void this.#troubles.delete(trouble);
  }

  async call<Name extends OperationName>(
    operation: Name,
    input: InputOf<Name>,
    options: CallOptions,
  ): Promise<OutputOf<Name>> {
    options.signal.throwIfAborted();
    const call: SentCall = { operation, input, took: false };
    this.sent.push(call);
    const trouble = this.#strikes(operation, input);
    if (trouble !== undefined && trouble.after !== true) await strike(trouble, options.signal);
    const output = await this.#inner.call(operation, input, options);
    call.took = true;
    if (trouble !== undefined) await strike(trouble, options.signal);
    return output;
  }

  #strikes(operation: string, input: object): Trouble | undefined {
    for (const trouble of this.#troubles) {
      if (!trouble.when(operation, input)) continue;
      if (trouble.times !== undefined && --trouble.times <= 0) this.#troubles.delete(trouble);
      return trouble;
    }
    return undefined;
  }
}

async function strike({ fault }: Trouble, signal: AbortSignal): Promise<never> {
  if (fault !== 'hang') throw fault;
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** For `Trouble.when`. */
export function on(...operations: readonly string[]): Trouble['when'] {
  return (operation) => operations.includes(operation);
}

export function isWrite(operation: string): boolean {
  return !isRead(operation);
}

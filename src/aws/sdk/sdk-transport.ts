import { abortable } from '../../lib/abortable.ts';
import { classify } from '../classify.ts';
import { AwsFault } from '../errors.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../operations.ts';
import { Clients } from './clients.ts';
import type { ApiName, SdkOptions } from './sdk-options.ts';
import type { SdkService } from './sdk-service.ts';
import { toFault } from './to-fault.ts';

const DEADLINE_MS = 15_000;
/** For a body as large as they come. */
const UPLOAD_DEADLINE_MS = 300_000;
const DEADLINE_CODE = 'DeadlineExceeded';

/** Real AWS, or whatever speaks its protocols at the endpoint. Disposing closes the connections. */
export function createSdkTransport(options: SdkOptions): AwsTransport & AsyncDisposable {
  return new SdkTransport(options);
}

class SdkTransport implements AwsTransport, AsyncDisposable {
  readonly #clients: Clients;
  readonly #deadlineMs: number | undefined;

  constructor(options: SdkOptions) {
    this.#clients = new Clients(options);
    this.#deadlineMs = options.deadlineMs;
  }

  /** One attempt. Throws `AwsFault`, or the reason of `signal` once that aborts. */
  call<Name extends OperationName>(name: Name, input: InputOf<Name>, { signal }: CallOptions): Promise<OutputOf<Name>> {
    const colon = name.indexOf(':');
    const deadlineMs = this.#deadlineMs ?? (name === 's3:PutObject' ? UPLOAD_DEADLINE_MS : DEADLINE_MS);
    const send = (service: SdkService) => (both: AbortSignal) => service.send(name.slice(colon + 1), input, both);
    return this.#clients.with(
      name.slice(0, colon) as ApiName,
      (service) => attempt(signal, deadlineMs, send(service)) as Promise<OutputOf<Name>>,
      (thrown) => thrown instanceof AwsFault && spoilsClient(name, thrown),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#clients[Symbol.asyncDispose]();
  }
}

async function attempt(
  signal: AbortSignal,
  deadlineMs: number,
  send: (both: AbortSignal) => Promise<object>,
): Promise<object> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    // Raced, for the SDK looks at the signal only once it has credentials.
    const both = AbortSignal.any([signal, deadline]);
    const { $metadata: _, ...output } = (await abortable(send(both), both)) as { $metadata?: unknown };
    return output;
  } catch (thrown) {
    signal.throwIfAborted();
    if (deadline.aborted) throw new AwsFault(DEADLINE_CODE, `no answer within ${deadlineMs} ms`);
    throw toFault(thrown);
  }
}

/**
 * A client whose credentials failed may go on failing for ever with what it remembers of them, and one that waits for
 * credentials that never come would wait again (aws/aws-sdk-js-v3 #6344): the next call starts afresh.
 */
function spoilsClient(name: OperationName, fault: AwsFault): boolean {
  return fault.code === DEADLINE_CODE || classify(name, fault).kind === 'credentials';
}

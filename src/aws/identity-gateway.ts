import { Shared } from '../lib/shared.ts';
import type { IdentityApi } from './gateway.ts';
import type { AwsTransport, CallerIdentity, CallOptions } from './operations.ts';
import { memberOf } from './pages.ts';

/** AWS STS over a transport. */
export class IdentityGateway implements IdentityApi {
  readonly #transport: AwsTransport;
  #asking: Shared<CallerIdentity> | undefined;
  #known: CallerIdentity | undefined;

  constructor(transport: AwsTransport) {
    this.#transport = transport;
  }

  async whoAmI({ signal }: CallOptions): Promise<CallerIdentity> {
    signal.throwIfAborted();
    if (this.#known !== undefined) return this.#known;
    if (this.#asking === undefined || this.#asking.abandoned) this.#asking = new Shared((work) => this.#ask(work));
    return this.#asking.join(signal);
  }

  async #ask(signal: AbortSignal): Promise<CallerIdentity> {
    try {
      const identity = await this.#transport.call('sts:GetCallerIdentity', {}, { signal });
      memberOf('sts:GetCallerIdentity', identity.Account, 'account');
      this.#known = identity;
      return identity;
    } finally {
      this.#asking = undefined;
    }
  }
}

import { UsageError } from '../lib/errors.ts';
import type { Key } from '../manifest/key.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { DaemonUnreachable } from './host.ts';
import type { DaemonClient } from './program.ts';

/** A running daemon, over its HTTP API. */
export class HttpDaemonClient implements DaemonClient {
  readonly #server: string;
  readonly #token: string | undefined;

  constructor(server: string, token: string | undefined) {
    this.#server = server;
    this.#token = token;
  }

  async services(signal: AbortSignal): Promise<readonly ServiceStatus[]> {
    const list = await this.#ask<{ readonly items: readonly Partial<ServiceStatus>[] }>('/api/v1/services', signal);
    return (list?.items ?? []).map((summary) => ({ drift: [], events: [], ...summary }) as unknown as ServiceStatus);
  }

  async service(key: Key, signal: AbortSignal): Promise<ServiceStatus | undefined> {
    const path = `/api/v1/services/${key}`;
    const detail = await this.#ask<Omit<ServiceStatus, 'events'>>(path, signal);
    if (detail === undefined) return undefined;
    const events = await this.#ask<{ readonly items: ServiceStatus['events'] }>(`${path}/events`, signal);
    return { ...detail, events: events?.items ?? [] };
  }

  async reconcile(key: Key, options: { readonly retry: boolean }, signal: AbortSignal): Promise<void> {
    if (this.#token === undefined) throw new UsageError('set EVENKEEL_TOKEN to the bearer token of the daemon');
    const query = options.retry ? '?retry=true' : '';
    const response = await this.#fetch(`/api/v1/services/${key}/reconcile${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}` },
      signal,
    });
    if (response.status === 404) throw new UsageError(`the daemon manages no service ${key}`);
    if (!response.ok) throw new UsageError(`the daemon refused: ${await detailOf(response)}`);
  }

  /** Undefined: not found. */
  async #ask<Body>(path: string, signal: AbortSignal): Promise<Body | undefined> {
    const response = await this.#fetch(path, { signal });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new UsageError(`the daemon at ${this.#server} answered: ${await detailOf(response)}`);
    return (await response.json()) as Body;
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.#server}${path}`, init);
    } catch (thrown) {
      init.signal?.throwIfAborted();
      throw new DaemonUnreachable(this.#server, { cause: thrown });
    }
  }
}

async function detailOf(response: Response): Promise<string> {
  const body = (await response.json().catch(() => ({}))) as { readonly detail?: string };
  return `${response.status} ${body.detail ?? ''}`.trim();
}

import { decorate } from '../aws/compose-transport.ts';
import { createGateway } from '../aws/create-gateway.ts';
import type { AwsGateway, AwsTarget, Gateways } from '../aws/gateway.ts';
import type { AwsObserver } from '../aws/observer.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../aws/operations.ts';
import { createPacer } from '../aws/pacer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { OWNER_TAGS } from '../reconcile/ownership.ts';
import type { SandboxWorld } from '../sandbox/world.ts';
import type { Config } from './config.ts';
import { VERSION } from './version.ts';

/** How to reach one account and region. */
export type TransportFor = (target: AwsTarget) => AwsTransport & Partial<AsyncDisposable>;

/** Real AWS, or whatever answers at the configured endpoint. The SDK is loaded with the first call, not before. */
export function sdkTransports(config: Config): TransportFor {
  return ({ region, assumeRoleArn }) =>
    new LazyTransport(async () => {
      const { createSdkTransport } = await import('../aws/sdk/sdk-transport.ts');
      const { profile, endpoint, endpoints, credentials } = config;
      return createSdkTransport({
        region,
        version: VERSION,
        endpoints,
        ...(profile === undefined ? {} : { profile }),
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(credentials === undefined ? {} : { credentials }),
        ...(assumeRoleArn === undefined ? {} : { assumeRoleArn }),
      });
    });
}

/** Makes its transport when the first call needs it: `validate` and `render` never do. */
class LazyTransport implements AwsTransport, AsyncDisposable {
  readonly #make: () => Promise<AwsTransport & AsyncDisposable>;
  #made: Promise<AwsTransport & AsyncDisposable> | undefined;

  constructor(make: () => Promise<AwsTransport & AsyncDisposable>) {
    this.#make = make;
  }

  async call<Name extends OperationName>(
    name: Name,
    input: InputOf<Name>,
    options: CallOptions,
  ): Promise<OutputOf<Name>> {
    this.#made ??= this.#make();
    return (await this.#made).call(name, input, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#made)?.[Symbol.asyncDispose]();
  }
}

/** A sandbox in this process. */
export async function sandboxTransports(world: SandboxWorld): Promise<TransportFor> {
  const { SandboxTransport } = await import('../sandbox/transport.ts');
  const { roleCaller } = await import('../sandbox/sts/callers.ts');
  return ({ region, assumeRoleArn }) =>
    new SandboxTransport(
      world,
      region,
      assumeRoleArn === undefined ? world.root : roleCaller(assumeRoleArn, 'evenkeel'),
    );
}

export interface GatewayParts {
  readonly transportFor: TransportFor;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: AwsObserver;
  readonly quota: Config['quota'];
}

/** One gateway per account and region, made on first use, each with a pacer of its own: quotas are per account and region. */
export class GatewayRegistry implements Gateways, AsyncDisposable {
  readonly #parts: GatewayParts;
  readonly #gateways = new Map<string, AwsGateway & Disposable>();
  readonly #transports: (AwsTransport & Partial<AsyncDisposable>)[] = [];

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  for(target: AwsTarget): AwsGateway {
    const name = `${target.region} ${target.assumeRoleArn ?? ''}`;
    const known = this.#gateways.get(name);
    if (known !== undefined) return known;
    const gateway = this.#make(target);
    this.#gateways.set(name, gateway);
    return gateway;
  }

  /** Every gateway that was asked for so far. */
  all(): readonly AwsGateway[] {
    return [...this.#gateways.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const gateway of this.#gateways.values()) gateway[Symbol.dispose]();
    for (const transport of this.#transports) await transport[Symbol.asyncDispose]?.();
  }

  #make(target: AwsTarget): AwsGateway & Disposable {
    const { transportFor, clock, random, observer, quota } = this.#parts;
    const transport = transportFor(target);
    this.#transports.push(transport);
    const pacer = createPacer(clock, quota);
    const decorated = decorate(transport, { clock, random, pacer, observer });
    return createGateway(decorated, { clock, region: target.region, versionTag: OWNER_TAGS.generation });
  }
}

import { readConfig } from '../../src/app/config.ts';
import { GatewayRegistry } from '../../src/app/gateways.ts';
import { OneShot } from '../../src/app/one-shot.ts';
import type { Program } from '../../src/app/program.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import type { AwsTransport, CallOptions, InputOf, OperationName, OutputOf } from '../../src/aws/operations.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import { chainOf } from '../../src/resources/chain.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { type Ground, manifestText, nameOf } from './bench-manifests.ts';
import { Calls } from './counting-proxy.ts';

const REGION = 'us-east-1';
const GROUND: Ground = { cluster: 'bench', subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] };

export interface StandOptions {
  readonly clock: Clock;
  readonly sandbox?: Partial<SandboxOptions>;
  /** Environment variables of the program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The program of the one-shot commands over a sandbox in this process; every call is counted. */
export class SandboxStand {
  readonly #options: StandOptions;
  readonly #transport: CountingTransport;

  constructor(options: StandOptions) {
    this.#options = options;
    const world = new SandboxWorld({
      clock: options.clock,
      random: seededRandom(1),
      options: { throttling: false, ...options.sandbox },
    });
    this.#transport = new CountingTransport(new SandboxTransport(world, REGION));
  }

  /** As a new process: it knows nothing yet. */
  program(): Program {
    const { clock, env = {} } = this.#options;
    const config = readConfig({ verb: 'apply', variables: {}, sources: [], prune: false }, env);
    const random = seededRandom(2);
    const transportFor = (): AwsTransport => this.#transport;
    const gateways = new GatewayRegistry({
      transportFor,
      clock,
      random,
      observer: silentObserver,
      quota: config.quota,
    });
    const chain = chainOf({ gateways, clock, controllerId: config.controllerId });
    return new OneShot({ config, gateways, chain, clock, random });
  }

  /** What was counted since the last time this was asked. */
  calls(): Calls {
    return this.#transport.take();
  }
}

/** The manifests of the bench, valid and filled in. */
export function loadedManifests(count: number): readonly LoadedManifest[] {
  return Array.from({ length: count }, (_, index) => {
    const input = { file: `${nameOf(index)}.yaml`, text: manifestText(index, GROUND) };
    const [loaded] = loadFile(input, { variables: {}, defaultRegion: REGION }).manifests;
    if (loaded === undefined) throw new Error(`${input.file} is not a valid manifest`);
    return loaded;
  });
}

class CountingTransport implements AwsTransport {
  readonly #inner: AwsTransport;
  #counts = new Map<string, number>();

  constructor(inner: AwsTransport) {
    this.#inner = inner;
  }

  call<Name extends OperationName>(name: Name, input: InputOf<Name>, options: CallOptions): Promise<OutputOf<Name>> {
    const operation = name.slice(name.indexOf(':') + 1);
    this.#counts.set(operation, (this.#counts.get(operation) ?? 0) + 1);
    return this.#inner.call(name, input, options);
  }

  take(): Calls {
    const taken = new Calls(this.#counts);
    this.#counts = new Map();
    return taken;
  }
}

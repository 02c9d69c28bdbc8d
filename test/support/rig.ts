import { decorate } from '../../src/aws/compose-transport.ts';
import { createGateway } from '../../src/aws/create-gateway.ts';
import type { AwsGateway, Gateways } from '../../src/aws/gateway.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import { createPacer } from '../../src/aws/pacer.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { loadFile } from '../../src/manifest/load-file.ts';
import type { Link } from '../../src/reconcile/link.ts';
import { OWNER_TAGS } from '../../src/reconcile/ownership.ts';
import type { Reads } from '../../src/reconcile/reads.ts';
import type { LiveService } from '../../src/reconcile/resource.ts';
import { type PassRequest, type PassResult, runPass } from '../../src/reconcile/run-pass.ts';
import { chainOf } from '../../src/resources/chain.ts';
import type { ImageParts } from '../../src/resources/image.ts';
import { liveService } from '../../src/resources/live-service.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { drive } from './drive.ts';
import { FakeClock } from './fake-clock.ts';

export const REGION = 'us-east-1';

type Incarnation = Pick<LiveService, 'arn' | 'createdAt'>;

/** Loads one manifest written in a test; throws with the first error when it is not valid. */
export function manifestOf(text: string): LoadedManifest {
  const file = loadFile({ file: 'test.yaml', text }, { variables: {}, defaultRegion: REGION });
  const first = file.manifests[0];
  if (first === undefined) throw new Error(`not a valid manifest: ${JSON.stringify(file.errors)}`);
  return first;
}

/** A small valid manifest; `spec` adds or replaces members of the spec, `metadata` of the metadata. */
export function simpleManifest(spec: object = {}, metadata: object = {}): LoadedManifest {
  const document = {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'FargateService',
    metadata: { name: 'web', ...metadata },
    spec: {
      cluster: 'agents',
      executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
      image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.0' },
      network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] },
      container: { name: 'web', healthCheck: { disabled: true } },
      ...spec,
    },
  };
  return manifestOf(JSON.stringify(document));
}

/** The chain over the sandbox on a clock that stands still until it is turned. */
export class Rig {
  readonly clock = new FakeClock();
  readonly world: SandboxWorld;
  gateway: AwsGateway;
  readonly chain: readonly Link[];
  readonly signal = new AbortController().signal;

  constructor(options: Partial<SandboxOptions> = {}, images?: (rig: Rig) => ImageParts) {
    const { clock } = this;
    this.world = new SandboxWorld({ clock, random: seededRandom(1), options: { throttling: false, ...options } });
    this.gateway = this.#connected();
    const gateways: Gateways = { for: () => this.gateway };
    this.chain = chainOf({ gateways, clock, controllerId: 'test' }, images?.(this));
  }

  /** What a process has seen and kept is gone, as when another takes its place. */
  restart(): void {
    this.gateway = this.#connected();
  }

  #connected(): AwsGateway {
    const { clock } = this;
    const pacer = createPacer(clock, { share: 1, scale: 1000 });
    const transport = decorate(this.transport(), { clock, random: seededRandom(2), pacer, observer: silentObserver });
    return createGateway(transport, { clock, region: REGION, versionTag: OWNER_TAGS.generation });
  }

  /** As somebody else would call the same account: a person in the console, another tool. */
  transport(): SandboxTransport {
    return new SandboxTransport(this.world, REGION);
  }

  plan(loaded: LoadedManifest): Promise<PassResult> {
    return this.#run(loaded, { execute: false });
  }

  pass(loaded: LoadedManifest, reads?: Reads, onProgress?: PassRequest['onProgress']): Promise<PassResult> {
    const given = { ...(reads === undefined ? {} : { reads }), ...(onProgress === undefined ? {} : { onProgress }) };
    return this.#run(loaded, { execute: true, ...given });
  }

  /** Removes the service that is there now, or that `incarnation` names. */
  async remove(loaded: LoadedManifest, incarnation?: Incarnation): Promise<PassResult> {
    const meant = incarnation ?? (await this.incarnation(loaded));
    return this.#run(loaded, {
      execute: true,
      purpose: 'remove',
      ...(meant === undefined ? {} : { incarnation: meant }),
    });
  }

  async incarnation(loaded: LoadedManifest): Promise<Incarnation | undefined> {
    const { cluster, serviceName: service } = loaded.manifest.spec;
    const live = await drive(
      this.clock,
      this.gateway.ecs.describeService({ cluster, service }, { signal: this.signal }),
    );
    return live === undefined ? undefined : liveService(live);
  }

  /** Passes and turns the clock until the pass is ready, refused or broken; at most `minutes`. */
  async converge(loaded: LoadedManifest, minutes = 30): Promise<PassResult> {
    return this.#until(() => this.pass(loaded), minutes);
  }

  async removeAll(loaded: LoadedManifest, minutes = 30): Promise<PassResult> {
    return this.#until(() => this.remove(loaded), minutes);
  }

  /** Operations of the mutating calls that took effect since the last time this was asked. */
  mutations(): readonly string[] {
    const fresh = this.world.log.slice(this.#seen).filter((call) => call.outcome === 'done');
    this.#seen = this.world.log.length;
    return fresh.map((call) => call.operation);
  }
  #seen = 0;

  async #until(pass: () => Promise<PassResult>, minutes: number): Promise<PassResult> {
    const deadline = this.clock.elapsed() + minutes * 60_000;
    for (;;) {
      const result = await pass();
      const { readiness } = result;
      if (readiness.kind !== 'waiting' || this.clock.elapsed() > deadline) return result;
      await this.clock.advance(readiness.againMs);
    }
  }

  #run(loaded: LoadedManifest, request: Partial<PassRequest> & { readonly execute: boolean }): Promise<PassResult> {
    const { key, manifest } = loaded;
    const full = { key, manifest, purpose: 'converge' as const, ...request };
    return drive(this.clock, runPass(this.chain, full, this.signal));
  }
}

import assert from 'node:assert/strict';
import { type Config, readConfig } from '../../src/app/config.ts';
import { forgetFailure } from '../../src/app/forget-failure.ts';
import { GatewayRegistry } from '../../src/app/gateways.ts';
import { Keeper } from '../../src/app/keeper.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import type { EcsService } from '../../src/aws/operations.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { ServiceStatus, StatusEvent } from '../../src/reconcile/status.ts';
import { chainOf } from '../../src/resources/chain.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { REGION } from '../support/rig.ts';
import { FaultyTransport, isWrite, type SentCall } from './faulty-transport.ts';
import { ScriptedSource } from './scripted-source.ts';

export const WEB = keyOf('default', 'web');
const MINUTE_MS = 60_000;
const STEP_MS = 5_000;
const never = new AbortController().signal;

export interface WorldOptions {
  readonly config?: Partial<Config>;
  readonly sandbox?: Partial<SandboxOptions>;
}

/** The whole controller over the sandbox, on a clock that the test turns. */
export class World {
  readonly clock = new FakeClock();
  readonly sandbox: SandboxWorld;
  readonly aws: FaultyTransport;
  readonly source = new ScriptedSource(this.clock);
  readonly config: Config;
  readonly logLines: string[] = [];
  readonly events: (StatusEvent & { readonly key: Key })[] = [];
  readonly statuses: ServiceStatus[] = [];
  /** What a status claimed that was not so. */
  readonly lies: string[] = [];
  keeper!: Keeper;
  metrics!: ReturnType<typeof createMetrics>;
  #gateways!: GatewayRegistry;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #seen = 0;

  constructor({ config, sandbox }: WorldOptions = {}) {
    const options = { throttling: false, ...sandbox };
    this.sandbox = new SandboxWorld({ clock: this.clock, random: seededRandom(1), options });
    this.aws = new FaultyTransport(new SandboxTransport(this.sandbox, REGION));
    const input = { verb: 'run', variables: {}, sources: [], prune: false };
    this.config = { ...readConfig(input, {}), quota: { share: 1, scale: 1000 }, ...config };
    this.start();
  }

  /** A new process over the same account and the same manifests. */
  start(): void {
    const { clock, config, source } = this;
    const random = seededRandom(2);
    this.metrics = createMetrics({ version: 'test', commit: '', workers: config.workers });
    const log = createLog({
      stream: { write: (line) => this.logLines.push(line) },
      level: 'debug',
      pretty: false,
      clock,
    });
    const parts = { clock, random, observer: this.metrics.aws, quota: config.quota };
    this.#gateways = new GatewayRegistry({ ...parts, transportFor: () => this.aws });
    const context = { gateways: this.#gateways, clock, controllerId: config.controllerId };
    const { metrics } = this;
    const onEvent = (key: Key, event: StatusEvent): void => void this.events.push({ key, ...event });
    this.keeper = new Keeper({
      config,
      chain: chainOf(context),
      gateways: this.#gateways,
      source,
      clock,
      random,
      log,
      metrics,
      onEvent,
      forgetFailure: (loaded, signal) => forgetFailure(context, loaded, signal),
    });
    this.#watch();
    this.#stop = new AbortController();
    this.#running = this.keeper.run(this.#stop.signal);
    this.#running.catch(() => undefined);
  }

  /** Asks the controller to end; the promise resolves when it has. */
  stop(): Promise<void> {
    this.#stop.abort(new Error('stop'));
    return this.#running;
  }

  async restart(): Promise<void> {
    await this.end();
    this.start();
  }

  /** Ends everything; turns the clock as far as needed. */
  async end(): Promise<void> {
    const stopped = this.stop().then(() => true);
    for (let over: unknown = false; over !== true; over = await Promise.race([stopped, Promise.resolve(false)])) {
      await this.clock.advance(1000);
    }
    await this.#gateways[Symbol.asyncDispose]();
  }

  write(loaded: LoadedManifest): void {
    this.source.write(loaded);
  }

  remove(key: Key = WEB): void {
    this.source.remove(key);
  }

  advanceSeconds(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000);
  }

  advanceMinutes(minutes: number): Promise<void> {
    return this.clock.advance(minutes * MINUTE_MS);
  }

  /** Turns the clock until `reached`; fails after `minutes` of it. */
  async until(what: string, reached: () => boolean, minutes = 30): Promise<void> {
    const deadline = this.clock.elapsed() + minutes * MINUTE_MS;
    while (!reached()) {
      const state = JSON.stringify(this.keeper.statuses.all().map((status) => status.conditions));
      assert.ok(this.clock.elapsed() < deadline, `${what} was not reached in ${minutes} minutes: ${state}`);
      await this.clock.advance(STEP_MS);
    }
  }

  /** Ready for the manifest that is in the source now. */
  untilReady(key: Key = WEB, minutes = 30): Promise<void> {
    return this.until(`Ready of ${key}`, () => this.isReady(key), minutes);
  }

  untilReason(reason: string, key: Key = WEB, minutes = 30): Promise<void> {
    return this.until(reason, () => this.condition('Ready', key).reason === reason, minutes);
  }

  isReady(key: Key = WEB): boolean {
    const desired = this.source.get(key);
    const status = this.keeper.statuses.get(key);
    if (desired.kind !== 'wanted' || status?.manifestHash !== desired.loaded.hash) return false;
    return this.condition('Ready', key).status === 'True';
  }

  rollout(key: Key = WEB): string | undefined {
    return this.keeper.statuses.get(key)?.rollout?.state;
  }

  untilRollout(state: string, minutes = 120): Promise<void> {
    return this.until(`rollout ${state}`, () => this.rollout() === state, minutes);
  }

  status(key: Key = WEB): ServiceStatus {
    const status = this.keeper.statuses.get(key);
    assert.ok(status !== undefined, `there is no status of ${key}`);
    return status;
  }

  condition(type: string, key: Key = WEB): { readonly status: string; readonly reason: string } {
    const none = { status: 'none', reason: 'none' };
    return this.keeper.statuses.get(key)?.conditions.find((condition) => condition.type === type) ?? none;
  }

  /** The same account, as a person at the console uses it. */
  async person(operation: string, input: object): Promise<Record<string, unknown>> {
    const console = new SandboxTransport(this.sandbox, REGION);
    return (await console.send(operation, input, { signal: never })) as Record<string, unknown>;
  }

  /** What is really there, looked at from outside; undefined: MISSING. */
  service(name = 'web', cluster = 'agents'): EcsService | undefined {
    const input = { cluster, services: [name], include: ['TAGS'] };
    const call = { caller: this.sandbox.root, region: REGION, operation: 'ecs:DescribeServices', input };
    return (this.sandbox.perform(call) as { readonly services?: readonly EcsService[] }).services?.[0];
  }

  /** The gateways of another process over the same account. */
  outside(): GatewayRegistry {
    const { clock, config } = this;
    const transport = new SandboxTransport(this.sandbox, REGION);
    const parts = { clock, random: seededRandom(3), observer: silentObserver, quota: config.quota };
    return new GatewayRegistry({ ...parts, transportFor: () => transport });
  }

  /** Everything the controller sent since this was last asked. */
  sent(): readonly SentCall[] {
    const fresh = this.aws.sent.slice(this.#seen);
    this.#seen = this.aws.sent.length;
    return fresh;
  }

  /** The mutating calls among them, refused ones too. */
  mutations(): readonly string[] {
    return this.sent()
      .map((call) => call.operation)
      .filter(isWrite);
  }

  /** Checks every status against the world at the moment it is written. */
  #watch(): void {
    const { statuses } = this.keeper;
    const put = statuses.put.bind(statuses);
    statuses.put = (status) => {
      put(status);
      this.statuses.push(status);
      const ready = status.conditions.find((condition) => condition.type === 'Ready')?.status === 'True';
      if (ready) this.lies.push(...this.#lies(status));
    };
  }

  #lies({ service: name, cluster, key, revision }: ServiceStatus): readonly string[] {
    const desired = this.source.get(key);
    const live = this.service(name, cluster);
    const primary = live?.deployments?.find((deployment) => deployment.status === 'PRIMARY');
    const wrong = [
      primary?.rolloutState === 'COMPLETED' ? '' : `PRIMARY is ${primary?.rolloutState}`,
      live?.deployments?.length === 1 ? '' : `${live?.deployments?.length} deployments`,
      (live?.runningCount ?? 0) >= (live?.desiredCount ?? 1) ? '' : `${live?.runningCount} tasks`,
      live?.taskDefinition?.endsWith(`/${revision}`) ? '' : `it runs ${live?.taskDefinition}, not ${revision}`,
      desired.kind === 'wanted' && this.#image(live) !== desired.loaded.manifest.spec.image.uri ? 'another image' : '',
    ];
    return wrong.filter((text) => text !== '').map((text) => `${key} said Ready at ${this.clock.now()}: ${text}`);
  }

  #image(live: EcsService | undefined): string | undefined {
    const input = { taskDefinition: live?.taskDefinition };
    const call = { caller: this.sandbox.root, region: REGION, operation: 'ecs:DescribeTaskDefinition', input };
    const { taskDefinition } = this.sandbox.perform(call) as {
      readonly taskDefinition?: { readonly containerDefinitions?: readonly { readonly image?: string }[] };
    };
    return taskDefinition?.containerDefinitions?.[0]?.image;
  }
}

/** Runs `work` in a world of its own; afterwards no status may have claimed what was not so. */
export async function inWorld(options: WorldOptions, work: (world: World) => Promise<void>): Promise<void> {
  const world = new World(options);
  try {
    await work(world);
    assert.deepEqual(world.lies, []);
  } finally {
    await world.end();
  }
}

import type { Config } from '../../src/app/config.ts';
import { forgetFailure } from '../../src/app/forget-failure.ts';
import { GatewayRegistry } from '../../src/app/gateways.ts';
import { Keeper, type KeeperParts } from '../../src/app/keeper.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import type { Key } from '../../src/manifest/key.ts';
import type { Link } from '../../src/reconcile/link.ts';
import type { Pass } from '../../src/reconcile/resource.ts';
import { chainOf } from '../../src/resources/chain.ts';
import type { ImageParts } from '../../src/resources/image.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { REGION } from '../support/rig.ts';
import type { Alteration } from './alteration.ts';
import type { Folders } from './images/folders.ts';
import { simImages } from './images/sim-images.ts';
import { type LeaseTable, SimLeases } from './leases.ts';
import type { Dice } from './random.ts';
import { silentMetrics } from './silent-metrics.ts';
import { type ClockDrift, SimClock } from './sim-clock.ts';
import { type Manifests, ReplicaSource, type SourceKnobs } from './source.ts';
import type { LifeEvent } from './trace.ts';
import type { Incarnation, Wire } from './transport.ts';
import { serviceTruth } from './truth.ts';

export interface ReplicaParts {
  readonly name: string;
  readonly wire: Wire;
  readonly manifests: Manifests;
  readonly dice: Dice;
  readonly config: Config;
  readonly source: SourceKnobs;
  readonly drift: ClockDrift;
  readonly metrics: boolean;
  /** Absent: a single controller, which needs none. */
  readonly leases?: LeaseTable;
  /** Present: images are built of them, and pinned. */
  readonly folders?: Folders;
  /** For planted bugs. */
  readonly alter?: Alteration;
}

interface Running {
  readonly incarnation: Incarnation;
  readonly stop: AbortController;
  readonly clock: SimClock;
  /** Resolves when it is killed: then nothing else of it ever does. */
  readonly died: PromiseWithResolvers<void>;
  /** Absent in one that waits for the lease. */
  keeper: Keeper | undefined;
  metrics: Metrics | undefined;
  ended?: Promise<void>;
}

/** One controller that can be killed and started again: the real one, over the simulated wire. */
export class Replica {
  readonly #parts: ReplicaParts;
  /** Every process there ever was. */
  readonly #all: Running[] = [];
  #running: Running | undefined;
  #incarnations = 0;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  get keeper(): Keeper | undefined {
    return this.#running?.keeper;
  }

  get incarnation(): Incarnation | undefined {
    return this.#running?.incarnation;
  }

  /** Prometheus reads what there is to read. */
  async scrape(): Promise<void> {
    const { incarnation, metrics } = this.#running ?? {};
    const text = await metrics?.render();
    if (incarnation !== undefined && text !== undefined && text !== '') this.#text(incarnation, 'metrics', text);
  }

  /** A process, if there is none. */
  start(): void {
    if (this.#running !== undefined) return;
    const { name, leases, wire, drift } = this.#parts;
    const incarnation: Incarnation = { replica: name, number: ++this.#incarnations, alive: true };
    const died = Promise.withResolvers<void>();
    const clock = new SimClock(wire.parts.kernel, `${name}/${incarnation.number}`, incarnation, drift);
    const stop = new AbortController();
    const running: Running = { incarnation, stop, clock, died, keeper: undefined, metrics: undefined };
    this.#running = running;
    this.#all.push(running);
    this.#life(incarnation, 'start');
    const { signal } = stop;
    const work =
      leases === undefined
        ? this.#lead(running, clock, signal)
        : this.#campaign(running, clock, new SimLeases(leases, clock, incarnation));
    running.ended = work.then(
      () => this.#life(incarnation, 'stopped'),
      () => this.#life(incarnation, 'failed'),
    );
  }

  /** As `run` will once it takes leases: whoever holds the lease works, and the others wait for it. */
  async #campaign(running: Running, clock: SimClock, leases: SimLeases): Promise<void> {
    const { signal } = running.stop;
    while (!signal.aborted) {
      await using lease = await leases.acquire('controller', signal);
      if (lease === undefined) return;
      await this.#lead(running, clock, AbortSignal.any([signal, lease.lost]));
      running.keeper = undefined;
    }
  }

  async #lead(running: Running, clock: SimClock, signal: AbortSignal): Promise<void> {
    const { name, dice, config, wire, alter } = this.#parts;
    const { incarnation } = running;
    const lane = `${name}/${incarnation.number}`;
    const random = dice.stream(`replica:${lane}`);
    const metrics = this.#parts.metrics
      ? createMetrics({ version: 'sim', commit: '', workers: config.workers, processMetrics: false })
      : silentMetrics;
    const source = new ReplicaSource(
      { ...wire.parts, manifests: this.#parts.manifests, dice, knobs: altered(this.#parts.source, alter?.source) },
      incarnation,
    );
    const gateways = new GatewayRegistry({
      transportFor: ({ region }) => altered(wire.transport(incarnation, region), alter?.transport),
      clock,
      random,
      observer: metrics.aws,
      quota: config.quota,
    });
    const context = { gateways, clock, controllerId: config.controllerId };
    const parts = altered<KeeperParts>(
      {
        config,
        chain: chainOf(context, this.#images(incarnation, clock)),
        gateways,
        source,
        clock,
        random,
        log: createLog({
          stream: { write: (text) => this.#text(incarnation, 'log', text) },
          level: config.logLevel,
          pretty: false,
          clock,
        }),
        metrics: this.#counted(metrics, incarnation),
        onEvent: (_key, event) => this.#text(incarnation, 'event', JSON.stringify(event)),
        forgetFailure: (loaded, signal) => forgetFailure(context, loaded, signal),
      },
      alter?.keeper,
    );
    const keeper = new Keeper({ ...parts, chain: this.#watched(parts.chain, incarnation) });
    this.#watchStatuses(keeper, source, incarnation);
    running.keeper = keeper;
    running.metrics = metrics;
    await keeper.run(signal);
  }

  #images(incarnation: Incarnation, clock: SimClock): ImageParts | undefined {
    const { folders, wire } = this.#parts;
    return folders && simImages({ folders, clock, ask: wire.engine(incarnation, REGION) });
  }

  /** The process is gone, at once. What it had sent is still on its way. */
  crash(incarnation = this.#running?.incarnation): void {
    if (incarnation === undefined || !incarnation.alive) return;
    incarnation.alive = false;
    this.#life(incarnation, 'crash');
    if (this.#running?.incarnation !== incarnation) return;
    this.#running.died.resolve();
    this.#running = undefined;
  }

  /** As SIGTERM; resolves when the controller has drained. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#life(running.incarnation, 'stopping');
    running.stop.abort(new Error('stop'));
    await Promise.race([running.ended, running.died.promise]);
    running.incarnation.ended = true;
    if (this.#running === running) this.#running = undefined;
  }

  /**
   * The run is over. Node keeps a composed signal, and all that listens to it, until one of its sources aborts or nobody
   * listens any more: without this, every process of every run would stay in memory.
   */
  abandon(): void {
    for (const { incarnation, stop, clock } of this.#all) {
      incarnation.alive = false;
      // As if the lease were lost: nothing is waited for.
      stop.abort(new Interrupted('lease-lost', 'the run is over'));
      // Whoever died while it stopped hears no abort any more.
      clock.abandon();
    }
  }

  /** A person asks the daemon to look again. */
  reconcile(key: Key, retry: boolean): void {
    const running = this.#running;
    if (running?.keeper === undefined) return;
    const { kernel, trace } = this.#parts.wire.parts;
    const { replica, number: incarnation } = running.incarnation;
    trace.push({ kind: 'asked', at: kernel.now, replica, incarnation, key, retry });
    running.keeper.readModel().reconcile(key, { retry });
  }

  #life({ replica, number: incarnation, alive }: Incarnation, what: LifeEvent['what']): void {
    if (!alive && what !== 'crash') return;
    const { kernel, trace } = this.#parts.wire.parts;
    trace.push({ kind: 'life', at: kernel.now, replica, incarnation, what });
  }

  #text({ replica, number: incarnation, alive }: Incarnation, sink: 'log' | 'event' | 'metrics', text: string): void {
    if (!alive) return;
    const { kernel, trace } = this.#parts.wire.parts;
    trace.push({ kind: 'text', at: kernel.now, replica, incarnation, sink, text });
  }

  #counted(metrics: Metrics, { replica, number: incarnation }: Incarnation): Metrics {
    const { kernel, trace, troubles } = this.#parts.wire.parts;
    const { controller } = metrics;
    return {
      ...metrics,
      controller: {
        passStarted: () => controller.passStarted(),
        passEnded(pass) {
          controller.passEnded(pass);
          const { key, result, end } = pass;
          const reason = end.reason === undefined ? {} : { reason: end.reason };
          troubles.passed(key, { result, ...reason });
          trace.push({ kind: 'pass', at: kernel.now, replica, incarnation, key, result, ...reason });
        },
      },
    };
  }

  #watchStatuses(keeper: Keeper, source: ReplicaSource, { replica, number: incarnation }: Incarnation): void {
    const { kernel, trace, world } = this.#parts.wire.parts;
    const { statuses } = keeper;
    const put = statuses.put.bind(statuses);
    statuses.put = (given) => {
      put(given);
      const status = statuses.get(given.key) ?? given;
      const truth = serviceTruth(world.truthOf(status.region), status.cluster, status.service);
      const seenHash = source.hashOf(status.key);
      trace.push({ kind: 'status', at: kernel.now, replica, incarnation, status, truth, seenHash });
    };
  }

  #watched(chain: readonly Link[], { replica, number: incarnation }: Incarnation): readonly Link[] {
    const { kernel, trace } = this.#parts.wire.parts;
    const told = <Value>(
      pass: Pass,
      link: string,
      what: 'look' | 'act',
      work: () => Promise<Value>,
    ): Promise<Value> => {
      const event = { kind: 'link', replica, incarnation, key: pass.key, link, what } as const;
      trace.push({ ...event, at: kernel.now, phase: 'begin' });
      const over = (): void => trace.push({ ...event, at: kernel.now, phase: 'end' });
      const outcome = work();
      outcome.then(over, over);
      return outcome;
    };
    return chain.map((link) => ({
      ...link,
      look: (pass) => told(pass, link.kind, 'look', () => link.look(pass)),
      lookForRemoval: (pass) => told(pass, link.kind, 'look', () => link.lookForRemoval(pass)),
      act: (action, pass) => told(pass, link.kind, 'act', () => link.act(action, pass)),
    }));
  }
}

function altered<Thing>(thing: Thing, change: ((thing: Thing) => Thing) | undefined): Thing {
  return change === undefined ? thing : change(thing);
}

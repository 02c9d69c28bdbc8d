import { readConfig } from '../../src/app/config.ts';
import type { FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import type { OrderedFault } from '../../src/sandbox/faults.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import type { Alteration } from './alteration.ts';
import type { FaultPlan } from './faults.ts';
import { Engine } from './images/engine.ts';
import { Folders } from './images/folders.ts';
import { Kernel } from './kernel.ts';
import type { Knobs } from './knobs.ts';
import { LeaseTable } from './leases.ts';
import type { Dice } from './random.ts';
import { Replica } from './replica.ts';
import { SimClock } from './sim-clock.ts';
import { Manifests } from './source.ts';
import { StaleReads } from './stale-reads.ts';
import { Trace } from './trace.ts';
import { type Incarnation, Wire } from './transport.ts';
import { Troubles } from './troubles.ts';

const BASE_CONFIG = readConfig({ verb: 'run', variables: {}, sources: [], prune: false }, {});

export interface StageParts {
  readonly knobs: Knobs;
  readonly dice: Dice;
  readonly plan: FaultPlan;
  readonly keepsStale: boolean;
  /** Virtual milliseconds until which things may go wrong. */
  readonly faultsUntilMs: () => number;
  readonly slow?: boolean;
  readonly alter?: Alteration;
}

/** One simulated account with its controllers, before anything has happened. */
export class Stage {
  readonly kernel: Kernel;
  readonly trace = new Trace();
  readonly troubles = new Troubles();
  readonly world: SandboxWorld;
  readonly manifests: Manifests;
  readonly folders = new Folders();
  readonly stale: StaleReads;
  readonly replicas: readonly Replica[];
  readonly #parts: StageParts;
  readonly #leases: LeaseTable;
  readonly #engines = new Map<string, Engine>();

  constructor(parts: StageParts) {
    this.#parts = parts;
    const { knobs, dice, plan } = parts;
    const { policy, windowMs } = knobs;
    const slow = parts.slow === undefined ? {} : { slow: parts.slow };
    this.kernel = new Kernel({ policy, windowMs, random: dice.stream('sched'), ...slow });
    const { kernel, trace } = this;
    this.world = new SandboxWorld({
      clock: new SimClock(kernel, 'world'),
      random: dice.stream('world'),
      options: knobs.images ? { ...knobs.sandbox, impliedImages: false } : knobs.sandbox,
      faults: { seed: dice.seed },
    });
    const { world } = this;
    this.manifests = new Manifests(kernel, trace);
    this.stale = new StaleReads(world, () => kernel.now, { lagMs: knobs.lagMs, keeps: parts.keepsStale });
    this.#leases = new LeaseTable(kernel, trace, knobs.leaseMs);
    const { latencyMs } = knobs;
    const crash = (incarnation: Incarnation): void => this.#crash(incarnation);
    const wire = new Wire({
      kernel,
      world,
      trace,
      plan,
      dice,
      stale: this.stale,
      troubles: this.troubles,
      latencyMs,
      engineOf: (name) => this.engineOf(name),
      crash,
    });
    this.replicas = Array.from({ length: knobs.replicas }, (_, index) => this.#replica(index, wire));
  }

  start(): void {
    for (const replica of this.replicas) replica.start();
  }

  /** How long convergence may take from now on. */
  patienceMs(): number {
    return Math.max(0, this.#parts.faultsUntilMs() - this.kernel.now) + this.#parts.knobs.convergeMs;
  }

  crash(name: string): void {
    const incarnation = this.replicas.find((replica) => replica.name === name)?.incarnation;
    if (incarnation !== undefined) this.#crash(incarnation);
  }

  /** Freezes a process, as SIGSTOP or a long pause of its machine does; the world goes on. */
  pause(name: string, ms: number): void {
    const incarnation = this.replicas.find((one) => one.name === name)?.incarnation;
    if (incarnation !== undefined) incarnation.pausedUntil = this.kernel.now + ms;
  }

  async restart(name: string): Promise<void> {
    const replica = this.replicas.find((one) => one.name === name);
    await replica?.stop();
    replica?.start();
  }

  /** The engine of a replica's machine. */
  engineOf(replica: string): Engine {
    const engine = this.#engines.get(replica) ?? new Engine();
    this.#engines.set(replica, engine);
    return engine;
  }

  /** Puts a rule of the sandbox in force, now. */
  order(rule: FaultRule): OrderedFault {
    return this.world.faults.order(rule);
  }

  #crash(incarnation: Incarnation): void {
    const replica = this.replicas.find((one) => one.name === incarnation.replica);
    if (replica === undefined || !incarnation.alive || incarnation.ended === true) return;
    replica.crash(incarnation);
    this.troubles.note(this.kernel.now + this.#parts.knobs.restartMs, false);
    this.troubles.died();
    this.kernel.after(this.#parts.knobs.restartMs, 'restart', () => replica.start());
  }

  #replica(index: number, wire: Wire): Replica {
    const { knobs, dice, alter } = this.#parts;
    const leases = knobs.replicas > 1 ? { leases: this.#leases } : {};
    const { workers, resyncMs, passTimeoutMs, shutdownGraceMs, prune, logLevel } = knobs;
    return new Replica({
      name: `r${index + 1}`,
      wire,
      manifests: this.manifests,
      dice,
      config: {
        ...BASE_CONFIG,
        workers,
        resyncMs,
        passTimeoutMs,
        shutdownGraceMs,
        prune,
        logLevel,
        quota: { share: 1, scale: 1000 },
      },
      source: knobs,
      metrics: knobs.metrics,
      ...(knobs.images ? { folders: this.folders } : {}),
      drift: knobs.drift[index] ?? knobs.drift.at(-1) ?? { offsetMs: 0, rate: 1 },
      ...leases,
      ...(alter === undefined ? {} : { alter }),
    });
  }
}

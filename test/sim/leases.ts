import type { Clock } from '../../src/lib/clock.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import type { Lease, LeaseManager } from '../../src/state/lease.ts';
import type { Kernel } from './kernel.ts';
import type { Trace } from './trace.ts';
import type { Incarnation } from './transport.ts';

interface Row {
  holder: Incarnation | undefined;
  epoch: number;
  /** By the table's own time. */
  expiresAt: number;
}

/** A part of the lease: how often it is renewed, and after which silence the holder gives up by itself. */
const RENEW_EVERY = 0.25;
const GIVE_UP_AFTER = 0.6;

/** Where leases are kept: durable, and the same for every replica. */
export class LeaseTable {
  readonly #kernel: Kernel;
  readonly #trace: Trace;
  readonly #leaseMs: number;
  readonly #row: Row = { holder: undefined, epoch: 0, expiresAt: 0 };

  constructor(kernel: Kernel, trace: Trace, leaseMs: number) {
    this.#kernel = kernel;
    this.#trace = trace;
    this.#leaseMs = leaseMs;
  }

  get leaseMs(): number {
    return this.#leaseMs;
  }

  /** The epoch, when it is free or has run out; undefined: somebody else has it. */
  take(by: Incarnation): number | undefined {
    const { now } = this.#kernel;
    if (this.#row.holder !== undefined && this.#row.holder !== by && now < this.#row.expiresAt) return undefined;
    this.#row.holder = by;
    this.#row.epoch += 1;
    this.#row.expiresAt = now + this.#leaseMs;
    this.note(by, 'leads', this.#row.epoch);
    return this.#row.epoch;
  }

  renew(by: Incarnation, epoch: number): boolean {
    if (this.#row.holder !== by || this.#row.epoch !== epoch) return false;
    this.#row.expiresAt = this.#kernel.now + this.#leaseMs;
    return true;
  }

  release(by: Incarnation, epoch: number): void {
    if (this.#row.holder !== by || this.#row.epoch !== epoch) return;
    this.#row.holder = undefined;
    this.note(by, 'released', epoch);
  }

  note({ replica, number: incarnation }: Incarnation, what: 'leads' | 'lost' | 'released', epoch: number): void {
    this.#trace.push({ kind: 'life', at: this.#kernel.now, replica, incarnation, what, epoch });
  }
}

/** One process's way to the table. */
export class SimLeases implements LeaseManager {
  readonly #table: LeaseTable;
  readonly #clock: Clock;
  readonly #by: Incarnation;

  constructor(table: LeaseTable, clock: Clock, by: Incarnation) {
    this.#table = table;
    this.#clock = clock;
    this.#by = by;
  }

  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const epoch = this.#table.take(this.#by);
      if (epoch !== undefined) return this.#held(name, epoch);
      await this.#clock.sleep(this.#table.leaseMs * RENEW_EVERY, signal).catch(() => undefined);
    }
  }

  #held(name: string, epoch: number): Lease {
    const lost = new AbortController();
    const over = new AbortController();
    void this.#keep(epoch, lost, over.signal);
    return {
      name,
      holder: `${this.#by.replica}/${this.#by.number}`,
      epoch,
      lost: lost.signal,
      [Symbol.asyncDispose]: async () => {
        over.abort();
        this.#table.release(this.#by, epoch);
      },
    };
  }

  /** Renews until it is over, or until too long a silence: then it is lost before anybody else can have it. */
  async #keep(epoch: number, lost: AbortController, over: AbortSignal): Promise<void> {
    const { leaseMs } = this.#table;
    let renewedAt = this.#clock.elapsed();
    while (!over.aborted) {
      await this.#clock.sleep(leaseMs * RENEW_EVERY, over).catch(() => undefined);
      if (over.aborted) return;
      const inTime = this.#clock.elapsed() - renewedAt < leaseMs * GIVE_UP_AFTER;
      if (!inTime || !this.#table.renew(this.#by, epoch)) {
        this.#table.note(this.#by, 'lost', epoch);
        lost.abort(new Interrupted('lease-lost', 'the lease was not renewed in time'));
        return;
      }
      renewedAt = this.#clock.elapsed();
    }
  }
}

export interface LeaseManager {
  /** Waits, first come first served, until the lease is ours or `signal` aborts (then undefined). */
  acquire(name: string, signal: AbortSignal): Promise<Lease | undefined>;
}

/** The right to write, held until disposed or lost. Disposing twice is harmless. */
export interface Lease extends AsyncDisposable {
  readonly name: string;
  readonly holder: string;
  /** Grows by one with every change of hands. Goes into every conditional write. */
  readonly epoch: number;
  /**
   * Aborts, with an `Interrupted('lease-lost')`, before someone else can hold the lease.
   * All work done under the lease runs under this signal.
   */
  readonly lost: AbortSignal;
}

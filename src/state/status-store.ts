import type { Key } from '../manifest/key.ts';

export interface Versioned<Status> {
  readonly status: Status;
  /** 1 when first stored, one more with every `put`. */
  readonly version: number;
}

/** What a write expects to find. */
export interface Expected {
  /** The version that was read; 0: nothing is stored. */
  readonly version: number;
  /** The epoch of the lease under which the writer works. */
  readonly epoch: number;
}

/**
 * Remembers the status of each service. A cache of what AWS and the manifests say: losing it loses no service.
 * Every member rejects with `signal.reason` when aborted.
 */
export interface StatusStore<Status> {
  get(key: Key, signal: AbortSignal): Promise<Versioned<Status> | undefined>;
  /**
   * Compare-and-set on version and lease epoch. The refusals are answers, not errors: `conflict`, someone else wrote
   * since; `fenced`, someone with a higher epoch did, so the lease of this writer is over.
   */
  put(key: Key, status: Status, expect: Expected, signal: AbortSignal): Promise<'stored' | 'conflict' | 'fenced'>;
  /** Everything stored, in no particular order; may or may not show what is written meanwhile. */
  list(signal: AbortSignal): AsyncIterable<readonly [Key, Versioned<Status>]>;
  /** Removing what is not there is success. */
  remove(key: Key, expect: Pick<Expected, 'epoch'>, signal: AbortSignal): Promise<'removed' | 'fenced'>;
}

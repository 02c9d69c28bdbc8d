import type { Clock } from '../lib/clock.ts';
import { assertNever, Interrupted, toError } from '../lib/errors.ts';
import { quietly } from '../lib/quietly.ts';
import type { Random } from '../lib/random.ts';
import type { Outcome, Reconciler } from './outcome.ts';
import type { WorkQueue } from './queue.ts';

/**
 * - idle: not started.
 * - syncing: waiting for the first complete list of keys.
 * - running: workers take keys.
 * - draining: no new keys; running passes finish, or are aborted when the grace period ends.
 * - stopped: over, as asked.
 * - failed: over, by a bug.
 */
export type ControllerState = 'idle' | 'syncing' | 'running' | 'draining' | 'stopped' | 'failed';

export interface Controller {
  readonly state: ControllerState;
  /**
   * Runs until `signal` aborts, then drains: no new keys, running ones finish or hit the grace period.
   * Resolves when drained; rejects only on a fatal error (a bug, not a bad manifest).
   * When `lost` aborts (the lease is gone) there is no grace, also in the middle of a drain.
   */
  run(signal: AbortSignal, lost?: AbortSignal): Promise<void>;
  /**
   * For liveness: the `elapsed()` time until which everything was on schedule. That is now, unless a pass has
   * outlived its timeout; then it is the end of that timeout.
   */
  lastProgress(): number;
}

/** How a pass ended, as the controller sees it: by its outcome, by a throw, or by shutdown. */
export type PassEnd =
  | Outcome
  /** `reason` is one of the few words of `classifyError`, or Timeout. */
  | { readonly kind: 'failed'; readonly reason: string; readonly error: Error; readonly againMs: number }
  | { readonly kind: 'cancelled' };

export type PassResult = Outcome['kind'] | 'error' | 'cancelled';

/** Told what happens, for metrics and logs. What it throws is ignored. */
export interface ControllerObserver<K> {
  stateChanged?(state: ControllerState): void;
  passStarted?(key: K): void;
  passEnded?(pass: {
    readonly key: K;
    readonly result: PassResult;
    readonly end: PassEnd;
    readonly seconds: number;
  }): void;
  /** These passes ignored their abort; nobody waits for them any more. */
  abandoned?(keys: readonly K[]): void;
}

export interface ControllerOptions<K> {
  readonly queue: WorkQueue<K>;
  readonly reconciler: Reconciler<K>;
  readonly clock: Clock;
  readonly random: Random;
  readonly workers: number;
  readonly passTimeoutMs: number;
  /** How long running passes may go on after the stop before they are aborted. */
  readonly graceMs: number;
  /** How long aborted passes are waited for. Default 2 000. */
  readonly unwindMs?: number;
  /** A word from a small fixed set; it becomes a metric label. */
  readonly classifyError: (error: Error) => string;
  readonly observer?: ControllerObserver<K>;
  /** Resolves when every key known at the start has been added. */
  readonly sync?: (signal: AbortSignal) => Promise<void>;
}

const NEXT: Readonly<Record<ControllerState, readonly ControllerState[]>> = {
  idle: ['syncing'],
  syncing: ['running', 'stopped', 'failed'],
  running: ['draining', 'failed'],
  draining: ['stopped', 'failed'],
  stopped: [],
  failed: [],
};

/**
 * Keys are looked at again in rounds of about so many: passes that begin together share their calls, fifty services a
 * call at best, and those that begin alone share nothing. A round must fit the workers.
 */
const KEYS_A_ROUND = 100;
/** Where there are several rounds, a key moves among the last of them, so that a burst of 1 000 at the start wears off. */
const ROUND_SPREAD = 0.2;
/** An outcome that says "again at once" must not become a hot loop. */
const SHORTEST_AGAIN_MS = 100;
/** Why the time-out of a pass is called off, and all it has left behind. An abort without a reason makes an error, which every pass would pay for. */
const IN_TIME = 'the pass ended in time';

export class WorkerController<K> implements Controller {
  readonly #options: ControllerOptions<K>;
  readonly #passes = new Map<K, { readonly startedAt: number; readonly abort: AbortController }>();
  /** Aborted by a worker that met a bug. */
  readonly #fatal = new AbortController();
  #state: ControllerState = 'idle';

  constructor(options: ControllerOptions<K>) {
    this.#options = options;
  }

  get state(): ControllerState {
    return this.#state;
  }

  async run(stop: AbortSignal, lost?: AbortSignal): Promise<void> {
    this.#become('syncing');
    const hurry = lost === undefined ? this.#fatal.signal : AbortSignal.any([lost, this.#fatal.signal]);
    const signal = AbortSignal.any([stop, hurry]);
    try {
      if (await this.#synced(signal)) await this.#work(signal, hurry);
    } catch (thrown) {
      this.#options.queue.close();
      this.#become('failed');
      throw thrown;
    }
    this.#options.queue.close();
    this.#become('stopped');
  }

  lastProgress(): number {
    let last = this.#options.clock.elapsed();
    for (const { startedAt } of this.#passes.values()) last = Math.min(last, startedAt + this.#options.passTimeoutMs);
    return last;
  }

  /** False: stopped before the first list was complete. */
  async #synced(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.sync?.(signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
    return !signal.aborted;
  }

  async #work(signal: AbortSignal, hurry: AbortSignal): Promise<void> {
    this.#become('running');
    const workers = Promise.all(Array.from({ length: this.#options.workers }, () => this.#worker(signal)));
    await aborted(signal);
    this.#become('draining');
    await this.#drain(workers, signal, hurry);
    this.#fatal.signal.throwIfAborted();
  }

  /** Waits for the workers: for the grace period, then, with the passes aborted, for the unwinding. */
  async #drain(workers: Promise<unknown>, { reason }: AbortSignal, hurry: AbortSignal): Promise<void> {
    const { queue, clock, observer, graceMs, unwindMs = 2_000 } = this.#options;
    queue.close();
    const ended = new AbortController();
    const all = workers.finally(() => ended.abort());
    const within = (ms: number, signal: AbortSignal): Promise<unknown> =>
      Promise.race([all, clock.sleep(ms, signal).catch(() => undefined)]);
    // Whoever lost the lease may not write any more; after a bug nothing is to be trusted.
    if (!isLeaseLost(reason)) await within(graceMs, AbortSignal.any([ended.signal, hurry]));
    for (const pass of this.#passes.values()) pass.abort.abort(asInterrupted(hurry.aborted ? hurry.reason : reason));
    await within(unwindMs, ended.signal);
    const left = [...this.#passes.keys()];
    if (left.length > 0) quietly(() => observer?.abandoned?.(left));
  }

  /** Never rejects: a bug in the loop itself stops the whole controller through #fatal. */
  async #worker(signal: AbortSignal): Promise<void> {
    const { queue } = this.#options;
    try {
      for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
        try {
          // A key may have been on its way to us when the stop came.
          if (!signal.aborted) await this.#pass(key);
        } finally {
          queue.done(key);
        }
      }
    } catch (thrown) {
      this.#fatal.abort(toError(thrown));
    }
  }

  async #pass(key: K): Promise<void> {
    const { clock, observer } = this.#options;
    const startedAt = clock.elapsed();
    const abort = new AbortController();
    this.#passes.set(key, { startedAt, abort });
    quietly(() => observer?.passStarted?.(key));
    const attempt = await this.#attempt(key, abort);
    this.#passes.delete(key);
    const end = this.#requeue(key, attempt);
    const result = end.kind === 'failed' ? 'error' : end.kind;
    const seconds = (clock.elapsed() - startedAt) / 1_000;
    quietly(() => observer?.passEnded?.({ key, result, end, seconds }));
  }

  /** Runs one pass under its timeout. Never rejects. */
  async #attempt(key: K, abort: AbortController): Promise<PassEnd> {
    const { clock, reconciler, passTimeoutMs } = this.#options;
    const over = new AbortController();
    clock.sleep(passTimeoutMs, over.signal).then(
      () => abort.abort(new Interrupted('pass-timeout', `the pass took longer than ${passTimeoutMs / 1_000} s`)),
      () => undefined,
    );
    try {
      return await reconciler.reconcile(key, abort.signal);
    } catch (thrown) {
      return this.#ended(toError(thrown), abort.signal);
    } finally {
      over.abort(IN_TIME);
      // A pass that fails in one of its parts leaves others behind that still read.
      abort.abort(IN_TIME);
    }
  }

  /** What counts is why the pass was aborted, not which error that became on its way up. */
  #ended(error: Error, { aborted, reason }: AbortSignal): PassEnd {
    if (!aborted) return { kind: 'failed', reason: this.#classify(error), error, againMs: 0 };
    if (reason instanceof Interrupted && reason.why === 'pass-timeout') {
      return { kind: 'failed', reason: 'Timeout', error, againMs: 0 };
    }
    return { kind: 'cancelled' };
  }

  #classify(error: Error): string {
    try {
      return this.#options.classifyError(error);
    } catch {
      return 'Internal';
    }
  }

  /** The only place that decides when a key runs again. */
  #requeue(key: K, end: PassEnd): PassEnd {
    const { queue } = this.#options;
    switch (end.kind) {
      case 'settled':
      case 'blocked':
        queue.forget(key);
        queue.addAfter(key, this.#untilRound(end.againMs));
        return end;
      case 'waiting':
        queue.forget(key);
        queue.addAfter(key, Math.max(SHORTEST_AGAIN_MS, end.againMs));
        return end;
      case 'gone':
        queue.forget(key);
        return end;
      case 'failed':
        return { ...end, againMs: queue.retry(key) };
      case 'cancelled':
        return end;
      default:
        return assertNever(end, 'outcome');
    }
  }

  /** Until one of the last rounds within `ms`, and never longer than that. */
  #untilRound(ms: number): number {
    const { queue, clock, random } = this.#options;
    const { ready, delayed, running } = queue.stats();
    const rounds = Math.max(1, Math.floor((ready + delayed + running) / KEYS_A_ROUND));
    const roundMs = Math.max(SHORTEST_AGAIN_MS, ms) / rounds;
    const now = clock.elapsed();
    const latest = Math.floor((now + ms * (1 - ROUND_SPREAD * random())) / roundMs);
    const next = Math.floor(now / roundMs) + 1;
    return Math.max(SHORTEST_AGAIN_MS, Math.max(latest, next) * roundMs - now);
  }

  #become(state: ControllerState): void {
    if (!NEXT[this.#state].includes(state)) throw new Error(`a controller cannot go from ${this.#state} to ${state}`);
    this.#state = state;
    quietly(() => this.#options.observer?.stateChanged?.(state));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isLeaseLost(reason: unknown): boolean {
  return reason instanceof Interrupted && reason.why === 'lease-lost';
}

function asInterrupted(reason: unknown): Interrupted {
  return reason instanceof Interrupted ? reason : new Interrupted('shutdown', 'shutting down');
}

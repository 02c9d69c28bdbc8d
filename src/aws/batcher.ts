import { abortable } from '../lib/abortable.ts';
import type { Clock } from '../lib/clock.ts';

export interface BatcherOptions<In, Out> {
  /** Said in errors. */
  readonly name: string;
  /** A batch is sent when nothing new came for this long, */
  readonly idleMs: number;
  /** or this long after its first input, */
  readonly maxWaitMs: number;
  /** or at once when it holds this many different inputs. */
  readonly maxItems: number;
  /** Inputs with different buckets never share a call (for ECS: the cluster). */
  readonly bucket: (input: In) => string;
  /** Inputs of one bucket that are equal by this are asked once. */
  readonly same: (input: In) => string;
  /** One result per input, same order. A missing result rejects its caller; a rejection rejects them all. */
  readonly execute: (inputs: readonly In[], signal: AbortSignal) => Promise<readonly PromiseSettledResult<Out>[]>;
}

/** Nobody is shown it; an abort without a reason makes an error with a stack. */
const CLOSED = 'closed';

interface Entry<In, Out> {
  readonly input: In;
  readonly answer: PromiseWithResolvers<Out>;
  callers: number;
}

interface Batch<In, Out> {
  readonly bucket: string;
  readonly entries: Map<string, Entry<In, Out>>;
  /** Aborted: stop waiting for company. */
  readonly closing: AbortController;
  /** Aborted: nobody wants the answer any more. */
  readonly running: AbortController;
  readonly firstAt: number;
  lastAt: number;
}

/** Gathers calls for single things into calls for many. */
export class Batcher<In, Out> implements Disposable {
  readonly #options: BatcherOptions<In, Out>;
  readonly #clock: Clock;
  readonly #open = new Map<string, Batch<In, Out>>();
  readonly #live = new Set<Batch<In, Out>>();
  #disposed = false;

  constructor(options: BatcherOptions<In, Out>, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Aborting `signal` rejects this caller only; the shared call goes on for the others. */
  async load(input: In, signal: AbortSignal): Promise<Out> {
    signal.throwIfAborted();
    if (this.#disposed) throw this.#closedError();
    const batch = this.#batchFor(this.#options.bucket(input));
    const entry = this.#enter(batch, input);
    entry.callers++;
    try {
      return await abortable(entry.answer.promise, signal);
    } finally {
      entry.callers--;
      if (signal.aborted) this.#leave(batch, entry, signal.reason);
    }
  }

  /** Rejects every caller and aborts what is under way. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    const error = this.#closedError();
    for (const batch of this.#live) {
      for (const entry of batch.entries.values()) entry.answer.reject(error);
      this.#drop(batch, error);
    }
  }

  #closedError(): Error {
    return new Error(`${this.#options.name}: closed`);
  }

  #batchFor(bucket: string): Batch<In, Out> {
    const open = this.#open.get(bucket);
    if (open !== undefined) return open;
    const now = this.#clock.elapsed();
    const batch: Batch<In, Out> = {
      bucket,
      entries: new Map(),
      closing: new AbortController(),
      running: new AbortController(),
      firstAt: now,
      lastAt: now,
    };
    this.#open.set(bucket, batch);
    this.#live.add(batch);
    void this.#lifeOf(batch);
    return batch;
  }

  #enter(batch: Batch<In, Out>, input: In): Entry<In, Out> {
    batch.lastAt = this.#clock.elapsed();
    const same = this.#options.same(input);
    const existing = batch.entries.get(same);
    if (existing !== undefined) return existing;
    const entry: Entry<In, Out> = { input, answer: Promise.withResolvers<Out>(), callers: 0 };
    entry.answer.promise.catch(() => {});
    batch.entries.set(same, entry);
    if (batch.entries.size >= this.#options.maxItems) this.#close(batch);
    return entry;
  }

  #close(batch: Batch<In, Out>): void {
    if (this.#open.get(batch.bucket) === batch) this.#open.delete(batch.bucket);
    batch.closing.abort(CLOSED);
  }

  #drop(batch: Batch<In, Out>, reason: unknown): void {
    batch.running.abort(reason);
    this.#close(batch);
  }

  #leave(batch: Batch<In, Out>, entry: Entry<In, Out>, reason: unknown): void {
    if (entry.callers > 0) return;
    const unsent = this.#open.get(batch.bucket) === batch;
    if (unsent) batch.entries.delete(this.#options.same(entry.input));
    for (const other of batch.entries.values()) if (other.callers > 0) return;
    this.#drop(batch, reason);
  }

  async #lifeOf(batch: Batch<In, Out>): Promise<void> {
    await this.#gather(batch);
    this.#close(batch);
    const entries = [...batch.entries.values()];
    try {
      batch.running.signal.throwIfAborted();
      this.#answer(
        entries,
        await this.#options.execute(
          entries.map((entry) => entry.input),
          batch.running.signal,
        ),
      );
    } catch (thrown) {
      for (const entry of entries) entry.answer.reject(thrown);
    } finally {
      this.#live.delete(batch);
    }
  }

  /** Returns when the batch is due, full or abandoned. */
  async #gather(batch: Batch<In, Out>): Promise<void> {
    const { idleMs, maxWaitMs } = this.#options;
    while (!batch.closing.signal.aborted) {
      const due = Math.min(batch.lastAt + idleMs, batch.firstAt + maxWaitMs);
      const ms = due - this.#clock.elapsed();
      if (ms <= 0) return;
      await this.#clock.sleep(ms, batch.closing.signal).catch(() => {});
    }
  }

  #answer(entries: readonly Entry<In, Out>[], results: readonly PromiseSettledResult<Out>[]): void {
    entries.forEach((entry, index) => {
      const result = results[index];
      if (result === undefined) entry.answer.reject(new Error(`${this.#options.name}: no result for an input`));
      else if (result.status === 'fulfilled') entry.answer.resolve(result.value);
      else entry.answer.reject(result.reason);
    });
  }
}

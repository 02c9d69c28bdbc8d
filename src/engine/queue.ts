import { type Clock, clampDelayMs } from '../lib/clock.ts';
import { quietly } from '../lib/quietly.ts';
import type { Backoff } from './backoff.ts';

export interface WorkQueue<K> {
  /** Marks `key` dirty. Any number of calls before it is taken collapse into one run. */
  add(key: K): void;
  /** As `add`, but not before `ms` from now; the earlier of two pending times wins. A run that starts sooner answers it. */
  addAfter(key: K, ms: number): void;
  /** As `addAfter`, with this key's next back-off delay, which it returns. Until `forget`, runs are at least 1 s apart. */
  retry(key: K): number;
  /** Resets the back-off of `key`. */
  forget(key: K): void;
  /** The next key, first come first served; undefined once closed. Not handed out again before `done`. */
  take(): Promise<K | undefined>;
  /** The run of `key` is over; if it became dirty meanwhile, it queues up again. */
  done(key: K): void;
  /** Drops what waits, wakes every `take`, frees the timer. Idempotent. */
  close(): void;
  readonly closed: boolean;
  stats(): QueueStats;
}

export interface QueueStats {
  readonly ready: number;
  readonly delayed: number;
  readonly running: number;
  /** Sum of the time the running keys have been running. */
  readonly unfinishedSeconds: number;
  readonly longestRunningSeconds: number;
}

/** Told what happens, for metrics. What it throws is ignored. */
export interface QueueObserver {
  /** A key became ready. */
  added(): void;
  /** A key was handed to a worker after waiting this long. */
  taken(waitedSeconds: number): void;
  finished(ranSeconds: number): void;
  retried(): void;
}

export interface KeyedQueueOptions {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly observer?: QueueObserver;
}

/** A failing key runs no sooner than this after its last failure, however often it is added. */
const FAILURE_GAP_MS = 1_000;
/** Why an alarm is called off: an abort without a reason makes an error. */
const SET_ANEW = 'another alarm is set';

export class KeyedQueue<K> implements WorkQueue<K> {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #observer: QueueObserver | undefined;

  // A key is in at most one of #ready, #delayed and #dirty.

  /** Dirty and not running, in order of arrival, with the time of arrival. Empty while a `take` is waiting. */
  readonly #ready = new Map<K, number>();
  /** Handed out and not yet done, with the time it was taken. Never in #ready. */
  readonly #running = new Map<K, number>();
  /** Running, and to be run again as soon as that ends. A subset of #running. */
  readonly #dirty = new Set<K>();
  /** Not before this time; may be running meanwhile. */
  readonly #delayed = new Map<K, number>();
  /** Failures in a row, and when the last one was. Holds only keys that failed and were not forgotten. */
  readonly #failures = new Map<K, { readonly count: number; readonly at: number }>();
  readonly #takers: ((key: K | undefined) => void)[] = [];
  /** The one pending sleep, due no later than the earliest of #delayed. Undefined only when #delayed is empty. */
  #alarm: { readonly due: number; readonly cancel: AbortController } | undefined;
  #closed = false;

  constructor(options: KeyedQueueOptions) {
    this.#clock = options.clock;
    this.#backoff = options.backoff;
    this.#observer = options.observer;
  }

  get closed(): boolean {
    return this.#closed;
  }

  add(key: K): void {
    if (this.#closed || this.#ready.has(key)) return;
    if (this.#running.has(key)) {
      this.#delayed.delete(key);
      this.#dirty.add(key);
      return;
    }
    const failure = this.#failures.get(key);
    const earliest = failure === undefined ? 0 : failure.at + FAILURE_GAP_MS;
    if (earliest > this.#clock.elapsed()) this.#delayUntil(key, earliest);
    else this.#makeReady(key);
  }

  addAfter(key: K, ms: number): void {
    if (this.#closed || this.#ready.has(key) || this.#dirty.has(key)) return;
    if (ms <= 0) this.add(key);
    else this.#delayUntil(key, this.#clock.elapsed() + clampDelayMs(ms));
  }

  retry(key: K): number {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const delayMs = this.#backoff(count);
    if (this.#closed) return delayMs;
    this.#failures.set(key, { count, at: this.#clock.elapsed() });
    this.addAfter(key, delayMs);
    quietly(() => this.#observer?.retried());
    return delayMs;
  }

  forget(key: K): void {
    this.#failures.delete(key);
  }

  take(): Promise<K | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    for (const [key, since] of this.#ready) {
      this.#ready.delete(key);
      this.#start(key, since);
      return Promise.resolve(key);
    }
    return new Promise((resolve) => {
      this.#takers.push(resolve);
    });
  }

  done(key: K): void {
    const since = this.#running.get(key);
    if (since === undefined) return;
    this.#running.delete(key);
    quietly(() => this.#observer?.finished(this.#secondsSince(since)));
    if (this.#dirty.delete(key)) this.add(key);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready.clear();
    this.#dirty.clear();
    this.#delayed.clear();
    this.#failures.clear();
    this.#alarm?.cancel.abort(SET_ANEW);
    this.#alarm = undefined;
    for (const give of this.#takers.splice(0)) give(undefined);
  }

  stats(): QueueStats {
    const ages = [...this.#running.values()].map((since) => this.#secondsSince(since));
    return {
      ready: this.#ready.size,
      delayed: this.#delayed.size,
      running: this.#running.size,
      unfinishedSeconds: ages.reduce((sum, age) => sum + age, 0),
      longestRunningSeconds: Math.max(0, ...ages),
    };
  }

  #makeReady(key: K): void {
    this.#delayed.delete(key);
    quietly(() => this.#observer?.added());
    const now = this.#clock.elapsed();
    const give = this.#takers.shift();
    if (give === undefined) {
      this.#ready.set(key, now);
      return;
    }
    this.#start(key, now);
    give(key);
  }

  #start(key: K, since: number): void {
    this.#running.set(key, this.#clock.elapsed());
    quietly(() => this.#observer?.taken(this.#secondsSince(since)));
  }

  #delayUntil(key: K, due: number): void {
    const before = this.#delayed.get(key);
    if (before !== undefined && before <= due) return;
    this.#delayed.set(key, due);
    if (this.#alarm === undefined || due < this.#alarm.due) this.#setAlarm(due);
  }

  #setAlarm(due: number): void {
    this.#alarm?.cancel.abort(SET_ANEW);
    const alarm = { due, cancel: new AbortController() };
    this.#alarm = alarm;
    this.#clock.sleep(due - this.#clock.elapsed(), alarm.cancel.signal).then(
      () => {
        if (this.#alarm === alarm) this.#ring();
      },
      // Rejects only when cancelled, by an earlier alarm or by close.
      () => undefined,
    );
  }

  /** Adds what is due and sets the next alarm; a timer that fires a little early finds its key again. */
  #ring(): void {
    this.#alarm = undefined;
    const now = this.#clock.elapsed();
    const due = [...this.#delayed].filter(([, at]) => at <= now).sort(([, a], [, b]) => a - b);
    for (const [key] of due) {
      this.#delayed.delete(key);
      this.add(key);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const at of this.#delayed.values()) next = Math.min(next, at);
    if (next < Number.POSITIVE_INFINITY) this.#setAlarm(next);
  }

  #secondsSince(then: number): number {
    return (this.#clock.elapsed() - then) / 1_000;
  }
}

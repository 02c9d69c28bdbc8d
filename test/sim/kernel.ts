import type { Random } from '../../src/lib/random.ts';

export type Policy = 'fifo' | 'random' | 'lifo' | 'pct';

/** Whose work it is; once it is dead, what waits for it never happens. */
export interface Owner {
  alive: boolean;
  /** Frozen until then: everything that waits for it comes late. */
  pausedUntil?: number;
}

export interface KernelOptions {
  readonly policy: Policy;
  readonly random: Random;
  /** Things that are due within so many milliseconds of each other may happen in any order. */
  readonly windowMs: number;
  /** Replaces the exact drain by turns of the event loop; slow, for checking the drain itself. */
  readonly slow?: boolean;
}

interface Waiting {
  due: number;
  readonly order: number;
  /** For priorities: things of one lane belong together. */
  readonly lane: string;
  readonly owner: Owner | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

interface Condition {
  readonly holds: () => boolean;
  readonly resolve: (held: boolean) => void;
  readonly deadline: number;
}

/** How many of the things that are due are candidates for the next step. */
const MAX_CANDIDATES = 6;
/** Nothing is passed over for longer than so many windows: delays are long, but they end. */
const MAX_LATE_WINDOWS = 20;
/** Far more than 24 virtual hours of the largest scenario take. */
const MAX_STEPS = 400_000;
/** Depth of PCT: how often a lane loses its priority in the course of a run. */
const CHANGE_POINTS = 3;
const EXPECTED_STEPS = 400;

/**
 * Owns all asynchrony of a simulated run: what sleeps, what is under way, whose turn it is. One thing happens at a time;
 * then every promise job it set off is lived through before the next is chosen. Nothing here takes real time.
 */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #heap: Waiting[] = [];
  readonly #conditions = new Set<Condition>();
  readonly #priorities = new Map<string, number>();
  readonly #changeAt: ReadonlySet<number>;
  #now = 0;
  #order = 0;
  #steps = 0;

  constructor(options: KernelOptions) {
    this.#options = options;
    const points = options.policy === 'pct' ? CHANGE_POINTS : 0;
    this.#changeAt = new Set(Array.from({ length: points }, () => Math.floor(options.random() * EXPECTED_STEPS)));
  }

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Has `run` happen `ms` from now, or a little later; returns what cancels it. */
  after(ms: number, lane: string, run: () => void, owner?: Owner): () => void {
    const waiting: Waiting = {
      due: this.#now + Math.max(0, ms),
      order: this.#order++,
      lane,
      owner,
      run,
      cancelled: false,
    };
    this.#push(waiting);
    return () => {
      waiting.cancelled = true;
    };
  }

  /** Resolves, to whether it held, once `holds` does or `withinMs` are over. Looked at after every step. */
  when(holds: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = this.#now + withinMs;
    this.after(withinMs, 'deadline', () => undefined);
    return new Promise((resolve) => {
      this.#conditions.add({ holds, resolve, deadline });
    });
  }

  /** Lets things happen until `main` has settled. Rejects as it does, or when nothing can happen any more. */
  async run<Value>(main: Promise<Value>, maxSteps = MAX_STEPS): Promise<Value> {
    let over = false;
    const watched = main.finally(() => {
      over = true;
    });
    watched.catch(() => undefined);
    // The drain is exact within a promise job only, and the caller may be none.
    await Promise.resolve();
    await this.#drain();
    while (!over) {
      if (this.#settleConditions()) await this.#drain();
      if (over) break;
      const next = this.#choose();
      if (next === undefined) throw new Error(`nothing can happen any more at ${this.#now} ms`);
      if (++this.#steps > maxSteps) throw new Error(`more than ${maxSteps} steps`);
      this.#now = Math.max(this.#now, next.due);
      next.run();
      await this.#drain();
    }
    return watched;
  }

  /**
   * Node runs a tick only when no promise job is left (`processTicksAndRejections`), so a tick that is asked for within
   * a job is the exact end of everything the step set off.
   */
  #drain(): Promise<void> {
    if (this.#options.slow === true) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => process.nextTick(resolve));
  }

  #settleConditions(): boolean {
    let settled = false;
    for (const condition of this.#conditions) {
      const held = condition.holds();
      if (!held && this.#now < condition.deadline) continue;
      this.#conditions.delete(condition);
      condition.resolve(held);
      settled = true;
    }
    return settled;
  }

  #choose(): Waiting | undefined {
    const first = this.#pop();
    if (first === undefined) return undefined;
    const { policy, windowMs } = this.#options;
    if (policy === 'fifo' || this.#now - first.due > MAX_LATE_WINDOWS * windowMs) return first;
    const candidates = [first];
    const horizon = Math.max(first.due, this.#now) + windowMs;
    while (candidates.length < MAX_CANDIDATES) {
      const next = this.#pop();
      if (next === undefined) break;
      if (next.due > horizon) {
        this.#push(next);
        break;
      }
      candidates.push(next);
    }
    const chosen = candidates[this.#index(candidates)]!;
    for (const other of candidates) if (other !== chosen) this.#push(other);
    return chosen;
  }

  #index(candidates: readonly Waiting[]): number {
    const { policy, random } = this.#options;
    if (candidates.length === 1) return 0;
    if (policy === 'lifo') return candidates.length - 1;
    if (policy === 'random') return Math.floor(random() * candidates.length);
    let best = 0;
    for (let index = 1; index < candidates.length; index++) {
      if (this.#priority(candidates[index]!.lane) > this.#priority(candidates[best]!.lane)) best = index;
    }
    if (this.#changeAt.has(this.#steps)) this.#priorities.set(candidates[best]!.lane, -random());
    return best;
  }

  #priority(lane: string): number {
    const known = this.#priorities.get(lane);
    if (known !== undefined) return known;
    const drawn = this.#options.random();
    this.#priorities.set(lane, drawn);
    return drawn;
  }

  #push(waiting: Waiting): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(waiting, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = waiting;
  }

  /** The earliest that is still to happen. */
  #pop(): Waiting | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      const last = this.#heap.pop()!;
      if (this.#heap.length > 0) this.#sink(last);
      if (first.cancelled || first.owner?.alive === false) continue;
      const { pausedUntil = 0 } = first.owner ?? {};
      if (first.due >= pausedUntil) return first;
      first.due = pausedUntil;
      this.#push(first);
    }
  }

  #sink(last: Waiting): void {
    const heap = this.#heap;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(last, heap[child]!)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Waiting, b: Waiting): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

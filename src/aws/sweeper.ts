import { mapBounded } from '../lib/bounded.ts';
import { settled } from './split.ts';

/** With so few keys a sweep cannot pay. */
const FEW_KEYS = 2;
const ASK_AT_ONCE = 8;

export interface SweepPage<Item> {
  readonly items: readonly Item[];
  /** Undefined on the last page. */
  readonly token: string | undefined;
}

export interface Sweep<Item> {
  /** One page of everything there is. */
  readonly page: (token: string | undefined, signal: AbortSignal) => Promise<SweepPage<Item>>;
  readonly keyOf: (item: Item) => string | undefined;
  /** What there is for one key. Items of other keys are left out. */
  readonly ask: (key: string, signal: AbortSignal) => Promise<readonly Item[]>;
  /** One item settles its key (does it exist?). Otherwise only a sweep that came to its end answers anything. */
  readonly oneIsEnough: boolean;
}

type Found<Item> = Map<string, Item[]>;

/**
 * Answers for many keys with a list call that takes one key or none: sweeps the whole list when that is cheaper than
 * asking key by key. A sweep is given up after as many pages as there are keys, and the length of the list remembered,
 * so that the same mistake is not paid for twice. Giving up also bounds a list whose tokens never end.
 */
export class Sweeper<Item> {
  readonly #sweep: Sweep<Item>;
  #pagesAtLeast = 0;

  constructor(sweep: Sweep<Item>) {
    this.#sweep = sweep;
  }

  /** One result a key, in the order of `keys`, which must differ. Rejects when the sweep itself failed. */
  async find(keys: readonly string[], signal: AbortSignal): Promise<readonly PromiseSettledResult<readonly Item[]>[]> {
    const worthwhile = keys.length > Math.max(FEW_KEYS, this.#pagesAtLeast);
    const found: Found<Item> = worthwhile ? await this.#run(new Set(keys), signal) : new Map();
    return mapBounded(keys, ASK_AT_ONCE, (key) => settled(() => found.get(key) ?? this.#ask(key, signal)));
  }

  /** The keys it can answer for, with an empty list for those it knows to have nothing. */
  async #run(keys: ReadonlySet<string>, signal: AbortSignal): Promise<Found<Item>> {
    const found: Found<Item> = new Map();
    let token: string | undefined;
    for (let pages = 1; pages <= keys.size; pages++) {
      const page = await this.#sweep.page(token, signal);
      this.#collect(page.items, keys, found);
      if (this.#sweep.oneIsEnough && found.size === keys.size) return found;
      token = page.token || undefined;
      if (token === undefined) return this.#complete(pages, keys, found);
    }
    this.#pagesAtLeast = keys.size + 1;
    return this.#sweep.oneIsEnough ? found : new Map();
  }

  #complete(pages: number, keys: ReadonlySet<string>, found: Found<Item>): Found<Item> {
    this.#pagesAtLeast = pages;
    for (const key of keys) if (!found.has(key)) found.set(key, []);
    return found;
  }

  #collect(items: readonly Item[], keys: ReadonlySet<string>, found: Found<Item>): void {
    for (const item of items) {
      const key = this.#sweep.keyOf(item);
      if (key === undefined || !keys.has(key)) continue;
      const soFar = found.get(key);
      if (soFar === undefined) found.set(key, [item]);
      else soFar.push(item);
    }
  }

  async #ask(key: string, signal: AbortSignal): Promise<readonly Item[]> {
    const items = await this.#sweep.ask(key, signal);
    return items.filter((item) => this.#sweep.keyOf(item) === key);
  }
}

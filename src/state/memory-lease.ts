import type { Lease, LeaseManager } from './lease.ts';

interface Hands {
  epoch: number;
  held: boolean;
  /** Those who wait, in order. Empty while nobody holds it. */
  readonly waiting: (() => void)[];
}

/** Leases among the parts of one process. They cannot be lost: nobody else can take them. */
export class MemoryLeases implements LeaseManager {
  readonly #holder: string;
  readonly #leases = new Map<string, Hands>();

  constructor(holder: string) {
    this.#holder = holder;
  }

  async acquire(name: string, signal: AbortSignal): Promise<Lease | undefined> {
    if (signal.aborted) return undefined;
    const hands = this.#hands(name);
    if (hands.held && !(await this.#turn(hands, signal))) return undefined;
    hands.held = true;
    hands.epoch += 1;
    return this.#lease(name, hands);
  }

  #hands(name: string): Hands {
    const known = this.#leases.get(name);
    if (known !== undefined) return known;
    const fresh: Hands = { epoch: 0, held: false, waiting: [] };
    this.#leases.set(name, fresh);
    return fresh;
  }

  /** True when it is our turn, false when `signal` aborted first. */
  #turn(hands: Hands, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(true);
      };
      const onAbort = (): void => {
        hands.waiting.splice(hands.waiting.indexOf(onTurn), 1);
        resolve(false);
      };
      hands.waiting.push(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #lease(name: string, hands: Hands): Lease {
    let ours = true;
    return {
      name,
      holder: this.#holder,
      epoch: hands.epoch,
      lost: new AbortController().signal,
      [Symbol.asyncDispose]: async () => {
        if (!ours) return;
        ours = false;
        const next = hands.waiting.shift();
        // Stays held on the way to the next one, so that nobody can slip in between.
        if (next === undefined) hands.held = false;
        else next();
      },
    };
  }
}

/** What was sent may land a minute late, and takes a resync and a rollout to be put right. */
const AFTERMATH_MS = 8 * 60_000;

interface LastPass {
  readonly result: string;
  readonly reason?: string;
}

/** What went wrong in a run and what is still to follow from it: until nothing is, there is no quiet. */
export class Troubles {
  readonly #passes = new Map<string, LastPass>();
  #lastAt = 0;
  #lingers = false;

  /** Something went wrong, or will have by then. `lingers`: what it sets off may come long after it. */
  note(at: number, lingers: boolean): void {
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#lingers ||= lingers;
  }

  passed(key: string, last: LastPass): void {
    this.#passes.set(key, last);
  }

  /** A process is gone, and what its passes were about to do again is forgotten. */
  died(): void {
    for (const key of this.#passes.keys()) this.#passes.set(key, { result: 'cancelled' });
  }

  /** True when some of it does not show in how the passes end. */
  get lingers(): boolean {
    return this.#lingers;
  }

  /** No pass is to be tried again: who was denied something asks again, too. */
  get calm(): boolean {
    return [...this.#passes.values()].every(
      ({ result, reason }) => result === 'settled' || result === 'gone' || (result === 'blocked' && !isPassing(reason)),
    );
  }

  /** Virtual milliseconds after which nobody can be excused by what went wrong. */
  longestMs(now: number, resyncMs: number): number {
    return Math.max(this.#lastAt, now) + AFTERMATH_MS + 1.5 * resyncMs + 60_000;
  }

  /** Virtual milliseconds of the last thing that went wrong. */
  get lastAt(): number {
    return this.#lastAt;
  }
}

/** Blocked for now, by something that a fault does and nobody has to put right. */
function isPassing(reason: string | undefined): boolean {
  return reason === 'AccessDenied' || reason === 'SourceUnknown' || reason === 'DoesNotSettle';
}

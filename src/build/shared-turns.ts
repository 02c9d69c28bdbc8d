import { abortable } from '../lib/abortable.ts';
import type { Semaphore } from '../lib/semaphore.ts';

interface Turn {
  users: number;
  readonly begun: Promise<void>;
  end(): void;
}

/** Takes turns by name: all who want the same at the same time take one turn together, which lasts until the last is done. */
export class SharedTurns {
  readonly #room: Semaphore;
  readonly #turns = new Map<string, Turn>();

  constructor(room: Semaphore) {
    this.#room = room;
  }

  /** Rejects with the signal's reason as soon as that aborts before the turn; `work` has then not been called. */
  async run<Value>(name: string, work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    const turn = this.#turns.get(name) ?? this.#line(name);
    turn.users++;
    try {
      await abortable(turn.begun, signal);
      return await work();
    } finally {
      turn.users--;
      if (turn.users === 0) {
        this.#turns.delete(name);
        turn.end();
      }
    }
  }

  #line(name: string): Turn {
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const work = (): Promise<void> => {
      begun.resolve();
      return over.promise;
    };
    // A turn that everybody has left while it was in line is over when it comes.
    void this.#room.run(work, new AbortController().signal);
    const turn = { users: 0, begun: begun.promise, end: () => over.resolve() };
    this.#turns.set(name, turn);
    return turn;
  }
}

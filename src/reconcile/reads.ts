/** Names one thing a pass reads, and carries the type of the answer. */
export interface ReadKey<Value> {
  readonly name: string;
  /** Never set; ties the type to the key. */
  readonly value?: Value;
}

export function readKey<Value>(name: string): ReadKey<Value> {
  return { name };
}

/**
 * What one pass has seen of AWS. Links share it, so that nothing is read twice in a pass; the answer to a write replaces
 * what was read before it, since no later read is fresher. Made for one pass, or handed from a plan to its execution.
 */
export class Reads {
  readonly #answers = new Map<string, Promise<unknown>>();

  /** Reads on first use. A failed read is not kept. */
  async once<Value>(key: ReadKey<Value>, read: () => Promise<Value>): Promise<Value> {
    const known = this.#answers.get(key.name);
    if (known !== undefined) return (await known) as Value;
    const answer = read();
    this.#answers.set(key.name, answer);
    try {
      return await answer;
    } catch (thrown) {
      if (this.#answers.get(key.name) === answer) this.#answers.delete(key.name);
      throw thrown;
    }
  }

  /** Records what AWS answered to a write. */
  put<Value>(key: ReadKey<Value>, value: Value): void {
    this.#answers.set(key.name, Promise.resolve(value));
  }

  /** The next `once` reads again: a write changed it and its answer did not say how. */
  forget(key: ReadKey<unknown>): void {
    this.#answers.delete(key.name);
  }
}

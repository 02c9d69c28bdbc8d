import { type Random, seededRandom } from '../../src/lib/random.ts';

const EMPTY = 0x811c9dc5;

/** A 32-bit hash (FNV-1a with a final mix): the same text gives the same number everywhere. */
export function hash32(text: string, after = EMPTY): number {
  let hash = mixedIn(after, text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixedIn(before: number, text: string): number {
  let hash = before;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** The root seed, split by name: a further draw of one stream shifts no other. */
export class Dice {
  readonly seed: number;
  /** Of the text that every name is preceded by. */
  readonly #before: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#before = mixedIn(EMPTY, `${seed}:`);
  }

  /** A sequence of its own. */
  stream(name: string): Random {
    return seededRandom(hash32(name, this.#before));
  }

  /** One number in [0, 1) that depends on the seed and the name alone, not on what was drawn before. */
  unit(name: string): number {
    return seededRandom(hash32(name, this.#before))();
  }

  pick<Value>(name: string, choices: readonly Value[]): Value {
    return choices[Math.floor(this.unit(name) * choices.length)]!;
  }

  /** Evenly between the two. */
  between(name: string, from: number, to: number): number {
    return from + this.unit(name) * (to - from);
  }
}

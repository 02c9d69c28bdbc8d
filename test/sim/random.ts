import { type Random, seededRandom } from '../../src/lib/random.ts';

/** A 32-bit hash (FNV-1a with a final mix): the same text gives the same number everywhere. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The root seed, split by name: a further draw of one stream shifts no other. */
export class Dice {
  readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** A sequence of its own. */
  stream(name: string): Random {
    return seededRandom(hash32(`${this.seed}:${name}`));
  }

  /** One number in [0, 1) that depends on the seed and the name alone, not on what was drawn before. */
  unit(name: string): number {
    return seededRandom(hash32(`${this.seed}:${name}`))();
  }

  pick<Value>(name: string, choices: readonly Value[]): Value {
    return choices[Math.floor(this.unit(name) * choices.length)]!;
  }

  /** Evenly between the two. */
  between(name: string, from: number, to: number): number {
    return from + this.unit(name) * (to - from);
  }
}

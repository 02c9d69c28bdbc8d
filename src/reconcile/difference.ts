import type { JsonValue } from '../lib/json.ts';

/**
 * Whose field it is.
 *
 * - `declared`: the manifest says it, live says otherwise; enforced.
 * - `delegated`: someone else rightly decides it (a count inside the scaling band); not drift.
 * - `foreign`: nobody declared it (an extra tag, an option set in the console); reported, left alone.
 *
 * The fourth verdict, *defaulted*, never becomes a difference: AWS filled the field in, and comparing leaves it out.
 */
export type Verdict = 'declared' | 'delegated' | 'foreign';

/** One field that is not as the manifest has it. Safe to print: values of secrets are masked when it is made. */
export interface Difference {
  /** Such as `container[web].environment[LOG_LEVEL]` or `network.subnets`. */
  readonly path: string;
  /** Undefined: the manifest wants it gone. */
  readonly desired: JsonValue | undefined;
  /** Undefined: not there. */
  readonly live: JsonValue | undefined;
  readonly verdict: Verdict;
  /** AWS can change it only by making the thing anew. */
  readonly replaces: boolean;
}

/** The differences that ask for a write. */
export function declaredOnly(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter((difference) => difference.verdict === 'declared');
}

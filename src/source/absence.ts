import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { Inventory } from './inventory.ts';
import type { Desired } from './source.ts';

/** The latest look at the directory, as far as it speaks about what is missing. */
export interface Witness {
  readonly status: 'complete' | 'partial' | 'failed';
  readonly reason?: string;
  readonly wallMs: number;
  readonly elapsedMs: number;
  /** Changes whenever the place is another one than before. */
  readonly era: number;
  readonly rootIdentity: string;
  readonly revision: string;
  readonly inventory: Inventory;
}

export interface AbsenceOptions {
  /** How far apart the first and the last snapshot of an absence must be. */
  readonly graceMs: number;
  /** A person confirmed that a directory without any manifest is meant. */
  readonly allowEmpty: boolean;
}

interface Absence {
  readonly last: LoadedManifest;
  /** Of the place where the manifest was last seen. */
  readonly era: number;
  readonly vanishedMs: number;
  readonly streak: Streak | undefined;
  readonly answer: Exclude<Desired, { readonly kind: 'wanted' }>;
}

/** Complete snapshots in a row without the manifest. */
interface Streak {
  readonly sinceWallMs: number;
  readonly sinceElapsedMs: number;
  readonly snapshots: number;
}

const HOUR_MS = 3_600_000;
/** What vanished long ago is forgotten first: `unknown` is the safe answer then. */
const MAX_ABSENCES = 20_000;

/** Keeps the manifests that went away, and the evidence that each was meant to. */
export class Absences {
  readonly #options: AbsenceOptions;
  readonly #absent = new Map<Key, Absence>();

  constructor(options: AbsenceOptions) {
    this.#options = options;
  }

  keys(): Iterable<Key> {
    return this.#absent.keys();
  }

  answer(key: Key): Absence['answer'] | undefined {
    return this.#absent.get(key)?.answer;
  }

  vanishedWithin(elapsedMs: number, windowMs = HOUR_MS): number {
    return [...this.#absent.values()].filter((absence) => elapsedMs - absence.vanishedMs < windowMs).length;
  }

  /**
   * Takes in one look at the directory. `vanished` are the manifests that were in force until now, `era` is that of the
   * place they were seen in. Returns the keys whose answer became another kind.
   */
  witness(seen: Witness, vanished: readonly { readonly last: LoadedManifest; readonly era: number }[]): readonly Key[] {
    for (const key of [...this.#absent.keys()]) if (seen.inventory.inForce.has(key)) this.#absent.delete(key);
    for (const { last, era } of vanished) this.#add(last, era, seen.elapsedMs);
    const changed: Key[] = [];
    for (const [key, absence] of this.#absent) {
      const next = this.#next(key, absence, seen);
      if (next.answer.kind !== absence.answer.kind) changed.push(key);
      this.#absent.set(key, next);
    }
    return changed;
  }

  /** As if the manifest had been in force until now, unless it is known to have gone before. */
  recall({ last, era }: { readonly last: LoadedManifest; readonly era: number }, elapsedMs: number): void {
    if (!this.#absent.has(last.key)) this.#add(last, era, elapsedMs);
  }

  #add(last: LoadedManifest, era: number, vanishedMs: number): void {
    if (this.#absent.size >= MAX_ABSENCES) this.#absent.delete(this.#absent.keys().next().value!);
    const answer = { kind: 'unknown', reason: 'just went away' } as const;
    this.#absent.set(last.key, { last, era, vanishedMs, streak: undefined, answer });
  }

  #next(key: Key, absence: Absence, seen: Witness): Absence {
    const doubt = this.#doubt(key, absence, seen);
    if (doubt !== undefined) return { ...absence, streak: undefined, answer: { kind: 'unknown', reason: doubt } };
    const first = { sinceWallMs: seen.wallMs, sinceElapsedMs: seen.elapsedMs, snapshots: 0 };
    const before = absence.streak ?? first;
    const streak = { ...before, snapshots: before.snapshots + 1 };
    return { ...absence, streak, answer: this.#conclude(absence.last, streak, seen) };
  }

  /** Why this look says nothing about the key, if so. */
  #doubt(key: Key, absence: Absence, seen: Witness): string | undefined {
    const { status, reason, inventory } = seen;
    if (status !== 'complete') return `the latest reading is ${status}: ${reason ?? 'no reason known'}`;
    if (seen.era !== absence.era) return 'the directory was replaced by another one since this manifest was seen in it';
    if (inventory.inForce.size === 0 && !this.#options.allowEmpty) {
      return 'there is no valid manifest left at all, which is not taken as a wish to delete everything';
    }
    const claimant = inventory.claimed.get(key);
    if (claimant !== undefined) return `${claimant} names this key but is invalid`;
    const [opaque] = inventory.opaque;
    return opaque === undefined ? undefined : `${opaque[0]} might hold it: ${opaque[1]}`;
  }

  #conclude(last: LoadedManifest, streak: Streak, seen: Witness): Absence['answer'] {
    const { graceMs } = this.#options;
    const goneMs = seen.elapsedMs - streak.sinceElapsedMs;
    if (streak.snapshots < 2 || goneMs < graceMs) {
      const seconds = `${Math.floor(goneMs / 1_000)} s`;
      const reason = `absent for ${seconds}; counts as deleted after ${graceMs / 1_000} s of complete readings`;
      return { kind: 'unknown', reason };
    }
    const { sinceWallMs: absentSince, snapshots } = streak;
    const { wallMs: confirmedAt, rootIdentity, revision } = seen;
    return { kind: 'deleted', last, absentSince, confirmedAt, snapshots, rootIdentity, revision };
  }
}

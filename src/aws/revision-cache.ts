import { Shared } from '../lib/shared.ts';
import type { Revision } from './gateway.ts';

const MAX_REVISIONS = 20_000;

type Ask = (arn: string, signal: AbortSignal) => Promise<Revision | undefined>;

/**
 * Revisions by ARN. They do not change, so one that was read is kept until 20 000 others were used since; what was not
 * found, and failures, are not kept. Callers that ask at the same time share one call.
 */
export class RevisionCache {
  readonly #ask: Ask;
  readonly #maxRevisions: number;
  /** Insertion order is order of use. */
  readonly #known = new Map<string, Revision>();
  readonly #asking = new Map<string, Shared<Revision | undefined>>();

  constructor(ask: Ask, maxRevisions = MAX_REVISIONS) {
    this.#ask = ask;
    this.#maxRevisions = maxRevisions;
  }

  async get(arn: string, signal: AbortSignal): Promise<Revision | undefined> {
    signal.throwIfAborted();
    const known = this.#known.get(arn);
    if (known === undefined) return this.#shared(arn).join(signal);
    this.put(arn, known);
    return known;
  }

  /**
   * Asks anew. Nobody takes tags off a revision that Evenkeel has put on it: an answer that lacks one which was there, or
   * shows no revision, is from before that, and what was known stands.
   */
  async refresh(arn: string, signal: AbortSignal): Promise<Revision | undefined> {
    signal.throwIfAborted();
    const known = this.#known.get(arn);
    this.#asking.delete(arn);
    const again = await this.#shared(arn).join(signal);
    if (known === undefined || (again !== undefined && showsTagsOf(known, again))) return again;
    this.put(arn, known);
    return known;
  }

  put(arn: string, revision: Revision): void {
    this.#known.delete(arn);
    this.#known.set(arn, revision);
    if (this.#known.size <= this.#maxRevisions) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** Changes what is kept of `arn`, if anything is. An answer still under way is not kept: it may be from before. */
  change(arn: string, changed: (revision: Revision) => Revision): void {
    this.#asking.delete(arn);
    const known = this.#known.get(arn);
    if (known !== undefined) this.#known.set(arn, changed(known));
  }

  forget(arn: string): void {
    this.#asking.delete(arn);
    this.#known.delete(arn);
  }

  #shared(arn: string): Shared<Revision | undefined> {
    const asking = this.#asking.get(arn);
    if (asking !== undefined && !asking.abandoned) return asking;
    const shared: Shared<Revision | undefined> = new Shared(async (signal) => {
      try {
        const revision = await this.#ask(arn, signal);
        if (revision !== undefined && this.#asking.get(arn) === shared) this.put(arn, revision);
        return revision;
      } finally {
        if (this.#asking.get(arn) === shared) this.#asking.delete(arn);
      }
    });
    this.#asking.set(arn, shared);
    return shared;
  }
}

function showsTagsOf(known: Revision, again: Revision): boolean {
  const shown = new Set(again.tags.map(({ key }) => key));
  return known.tags.every(({ key }) => shown.has(key));
}

import { sha256 } from '../lib/hash.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import { isError } from './inventory.ts';
import type { SourceSink } from './source.ts';

interface Standing {
  readonly mark: string;
  readonly rejected: boolean;
}

/** Says each thing about a file once: again only when its content or what is wrong with it changed. */
export class Reports {
  readonly #standing = new Map<string, Standing>();

  /** Files with errors in force. */
  get rejected(): number {
    return [...this.#standing.values()].filter((standing) => standing.rejected).length;
  }

  /**
   * `errors` has every file with errors or warnings; `contentOf` names the content of a file. Files for which `isOpen`
   * holds are being written to: what was said about them stands.
   */
  publish(
    errors: ReadonlyMap<string, readonly ManifestError[]>,
    about: { readonly contentOf: (file: string) => string; readonly isOpen: (file: string) => boolean },
    sink: SourceSink,
  ): void {
    for (const [file, standing] of [...this.#standing]) {
      if (errors.has(file) || about.isOpen(file)) continue;
      this.#standing.delete(file);
      if (standing.rejected) sink.recovered(file);
    }
    for (const [file, list] of errors) this.#tell(file, list, about.contentOf(file), sink);
  }

  #tell(file: string, errors: readonly ManifestError[], content: string, sink: SourceSink): void {
    const before = this.#standing.get(file);
    const mark = sha256(`${content} ${JSON.stringify(errors)}`);
    if (before?.mark === mark) return;
    const rejected = errors.some(isError);
    this.#standing.set(file, { mark, rejected });
    if (rejected) sink.rejected(file, errors);
    else {
      if (before?.rejected === true) sink.recovered(file);
      sink.warned(file, errors);
    }
  }
}

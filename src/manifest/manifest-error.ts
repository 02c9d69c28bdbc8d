/** Something wrong with a manifest, where it stands and how to mend it. Never holds the value of a secret. */
export interface ManifestError {
  readonly severity: 'error' | 'warning';
  /** As the user named it, or relative to the source's root. */
  readonly file: string;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  /** 1-based, in UTF-16 code units; 0 where the whole file is meant. */
  readonly column: number;
  /** Length of the marked text; at least 1. */
  readonly length: number;
  /** Dotted path in the manifest, such as `spec.container.port`; empty where none applies. */
  readonly path: string;
  readonly message: string;
  /** What to do about it: the nearest valid value, the missing quote, the field meant. */
  readonly help?: string;
  /** The lines to show, with their numbers; the last one is the line marked. Values of secrets are masked. */
  readonly frame: readonly { readonly line: number; readonly text: string }[];
  /** Machine-readable class. */
  readonly reason: 'parse' | 'schema' | 'semantic' | 'duplicate' | 'substitution' | 'unreadable';
}

/** Thrown where nothing can go on without valid manifests. The command line ends with exit code 3. */
export class ManifestsInvalid extends Error {
  override readonly name = 'ManifestsInvalid';
  readonly errors: readonly ManifestError[];

  constructor(errors: readonly ManifestError[]) {
    super(`${errors.length} error${errors.length === 1 ? '' : 's'} in the manifests`);
    this.errors = errors;
  }
}

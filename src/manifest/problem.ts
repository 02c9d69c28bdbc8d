import type { ManifestError } from './manifest-error.ts';
import type { Path } from './path.ts';

/** Part of a text: UTF-16 offsets, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An error before it is given lines, columns and a frame. */
export interface Problem {
  readonly severity: ManifestError['severity'];
  readonly reason: ManifestError['reason'];
  readonly path: Path;
  readonly message: string;
  readonly help?: string;
  /** Undefined: the whole file is meant. */
  readonly at: Span | undefined;
}

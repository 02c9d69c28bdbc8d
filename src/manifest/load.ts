import type { Key } from './key.ts';
import type { ManifestError } from './manifest-error.ts';
import type { FargateService } from './types.ts';

/** One file's text and the name to call it by in errors. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

/** A valid manifest and where it came from. */
export interface LoadedManifest {
  readonly key: Key;
  readonly manifest: FargateService;
  /** Hash of the manifest after defaults: equal for equal meaning, whatever the formatting. */
  readonly hash: string;
  readonly origin: { readonly file: string; readonly line: number; readonly document: number };
}

/** What one file holds. Errors of one document do not take the others down. */
export interface LoadedFile {
  readonly file: string;
  readonly manifests: readonly LoadedManifest[];
  /** Errors and warnings, in the order of their positions. */
  readonly errors: readonly ManifestError[];
  /** Keys that invalid documents of this file name as theirs, as far as they can be read. */
  readonly claims: readonly Key[];
  /** True when a document is broken so badly that which key it holds cannot be told: it might be any. */
  readonly opaque: boolean;
}

export interface LoadOptions {
  /** Values for `${NAME}`; names not in it are unset. */
  readonly variables: Readonly<Record<string, string>>;
  /** Region of manifests that name none. */
  readonly defaultRegion: string;
}

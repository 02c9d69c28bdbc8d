import type { LoadedFile } from './load.ts';
import type { ManifestError } from './manifest-error.ts';

export function checkTogether(_files: readonly LoadedFile[]): readonly ManifestError[] {
  return [];
}

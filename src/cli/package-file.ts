import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that ships with the package. `src/cli` and `dist/cli` lie equally deep in it. */
export function readPackageFile(...path: readonly string[]): Promise<string> {
  return readFile(join(import.meta.dirname, '..', '..', ...path), 'utf8');
}

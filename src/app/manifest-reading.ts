import { checkTogether } from '../manifest/check-together.ts';
import { decodeManifest } from '../manifest/decode.ts';
import type { LoadedFile, LoadOptions } from '../manifest/load.ts';
import { loadFile } from '../manifest/load-file.ts';
import type { LoadBytes } from '../source/file-reader.ts';
import { NodeFileTree } from '../source/node-file-tree.ts';
import { readPaths } from '../source/read-paths.ts';
import type { Manifests } from './program.ts';

/** From the bytes of a file to its manifests. */
export function manifestReader(options: LoadOptions): LoadBytes {
  return (file, bytes): LoadedFile => {
    const decoded = decodeManifest(bytes, file);
    if (decoded.error !== undefined) return { file, manifests: [], errors: [decoded.error], claims: [], opaque: true };
    return loadFile({ file, text: decoded.text }, options);
  };
}

/** Reads what a person named with `-f`, and checks it as a whole. */
export async function readManifests(
  paths: readonly string[],
  stdin: string | undefined,
  options: LoadOptions,
): Promise<Manifests> {
  const files = await readPaths(paths, {
    tree: new NodeFileTree(),
    load: manifestReader(options),
    ...(stdin === undefined ? {} : { stdin: new TextEncoder().encode(stdin) }),
    signal: new AbortController().signal,
  });
  const manifests = files.flatMap((file) => file.manifests);
  return {
    manifests,
    errors: [...files.flatMap((file) => file.errors), ...checkTogether(files)],
    files: files.length,
    documents: files.reduce((sum, file) => sum + documentsIn(file), 0),
  };
}

/** Documents that are manifests or were meant to be. */
function documentsIn({ manifests, claims, opaque }: LoadedFile): number {
  return manifests.length + claims.length + (opaque && claims.length === 0 ? 1 : 0);
}

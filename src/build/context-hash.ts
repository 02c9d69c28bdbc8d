import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { mapBounded } from '../lib/bounded.ts';
import { sha256 } from '../lib/hash.ts';
import { canonicalJson } from '../lib/json.ts';
import type { BuildContext } from './build-context.ts';
import type { ContextEntry } from './context-entry.ts';
import type { HashCache } from './hash-cache.ts';
import { hashFile } from './hash-file.ts';

/** Goes into every hash: change it whenever the same inputs would begin to make another image. */
const HASH_VERSION = 'v1';
/** Large files are read by Node's pool of four threads, while the small ones are read here. */
const READS_AT_ONCE = 4;

export type Platform = 'linux/amd64' | 'linux/arm64';

/**
 * Everything besides the files that decides what the image will be. The digest of a base image is known where the
 * Dockerfile or a build argument says it, and is part of the hash as part of their text. A base image named by a tag counts
 * by that name: what the tag names today depends on when and where one asks, and the same folder would have two hashes.
 */
export interface HashInput {
  readonly context: BuildContext;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform: Platform;
}

export interface ContextHash {
  /** 64 hexadecimal characters. */
  readonly hash: string;
  readonly files: number;
  readonly bytes: number;
  /** How many files had to be read; the rest was known from before. */
  readonly filesRead: number;
}

/**
 * One hash over what an image is made of. The same folder gives the same hash on every machine: times, owners,
 * permissions other than "executable", and the order of a listing do not count. Throws ContextChanged, BuildRefused.
 */
export async function hashContext(input: HashInput, cache: HashCache, signal: AbortSignal): Promise<ContextHash> {
  let filesRead = 0;
  const lines = await mapBounded(input.context.entries, READS_AT_ONCE, async (entry) => {
    if (entry.kind !== 'file') return lineOf(entry, undefined);
    const known = cache.get(entry.identity);
    if (known !== undefined) return lineOf(entry, known);
    // Leases are renewed and requests answered between two files.
    await setImmediate();
    signal.throwIfAborted();
    const read = await hashFile(entry, signal);
    filesRead++;
    cache.put(entry.identity, read);
    return lineOf(entry, read);
  });
  const sum = createHash('sha256').update(`${headerOf(input)}\n`);
  for (const line of lines) sum.update(`${line}\n`);
  const files = input.context.entries.filter((entry) => entry.kind === 'file');
  const bytes = files.reduce((total, entry) => total + entry.sizeBytes, 0);
  return { hash: sum.digest('hex'), files: files.length, bytes, filesRead };
}

/** JSON, so that no name, however odd, can be read as two. */
function headerOf(input: HashInput): string {
  return canonicalJson({
    version: HASH_VERSION,
    dockerfile: sha256(input.context.dockerfile),
    target: input.target,
    args: input.args,
    platform: input.platform,
    template: input.context.template,
  });
}

function lineOf(entry: ContextEntry, content: string | undefined): string {
  switch (entry.kind) {
    case 'directory':
      return JSON.stringify(['directory', entry.path]);
    case 'link':
      return JSON.stringify(['link', entry.path, entry.target]);
    case 'file':
      return JSON.stringify(['file', entry.path, entry.executable, content]);
  }
}

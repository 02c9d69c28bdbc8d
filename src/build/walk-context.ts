import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { mapBounded } from '../lib/bounded.ts';
import { BuildRefused } from './build-refused.ts';
import { errorCode, isWithin } from './confine.ts';
import { byPath, type ContextEntry } from './context-entry.ts';
import type { IgnoreRules, Matched } from './ignore-rules.ts';

/** How many `lstat` of one folder are under way at once. */
const STATS_AT_ONCE = 32;
const MIB = 1024 ** 2;

export interface ContextLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/**
 * Lists what a build of `directory` (a real path) would send, sorted by path: files, links as links, folders (also empty
 * ones, as Docker sends them). Follows no link, and reads no content. Throws BuildRefused.
 */
export async function walkContext(
  directory: string,
  rules: IgnoreRules,
  limits: ContextLimits,
  signal: AbortSignal,
): Promise<readonly ContextEntry[]> {
  const walk = new Walk(directory, rules, limits, signal);
  await walk.folder('', undefined);
  return walk.entries.sort(byPath);
}

class Walk {
  readonly entries: ContextEntry[] = [];
  #bytes = 0;
  readonly #directory: string;
  readonly #rules: IgnoreRules;
  readonly #limits: ContextLimits;
  readonly #signal: AbortSignal;

  constructor(directory: string, rules: IgnoreRules, limits: ContextLimits, signal: AbortSignal) {
    this.#directory = directory;
    this.#rules = rules;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** True when something beneath was kept. */
  async folder(path: string, matched: Matched | undefined): Promise<boolean> {
    this.#signal.throwIfAborted();
    const names = await readdir(join(this.#directory, path)).catch((thrown: unknown) => unreadable(path, thrown));
    const before = this.entries.length;
    const folders = await mapBounded(names, STATS_AT_ONCE, (name) => this.#child(path, name, matched));
    for (const folder of folders) if (folder !== undefined) await this.#subfolder(folder);
    return this.entries.length > before;
  }

  async #subfolder(folder: Subfolder): Promise<void> {
    if (folder.ignored && !this.#rules.mayKeepBeneath(folder.path)) return;
    const kept = await this.folder(folder.path, folder.matched);
    if (kept || !folder.ignored) this.#add({ kind: 'directory', path: folder.path });
  }

  /** Adds a file or link that is not ignored; gives back a folder, for which the whole folder above waits. */
  async #child(parent: string, name: string, above: Matched | undefined): Promise<Subfolder | undefined> {
    const path = parent === '' ? name : `${parent}/${name}`;
    const { ignored, matched } = this.#rules.judge(path, above);
    const source = join(this.#directory, path);
    if (name.includes('\uFFFD')) {
      if (ignored) return undefined;
      throw new BuildRefused('not-a-file', path, `${path}: the name of this file is not valid UTF-8`);
    }
    const stats = await lstat(source, { bigint: true }).catch((thrown: unknown) => gone(path, thrown));
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) return { path, ignored, matched };
    if (ignored) return undefined;
    if (stats.isSymbolicLink()) this.#add({ kind: 'link', path, target: await this.#target(path, source) });
    else if (stats.isFile()) this.#add(this.#file(path, source, stats));
    else throw new BuildRefused('not-a-file', path, `${path} is a ${kindOf(stats)}, which cannot be sent to a build`);
    return undefined;
  }

  #file(path: string, source: string, stats: BigIntStats): ContextEntry {
    const sizeBytes = Number(stats.size);
    this.#bytes += sizeBytes;
    if (this.#bytes > this.#limits.maxBytes) {
      const limit = `${Math.floor(this.#limits.maxBytes / MIB)} MiB`;
      const advice = 'leave out what the image does not need with a .dockerignore';
      throw new BuildRefused('too-large', path, `the build context is larger than ${limit} (at ${path}): ${advice}`);
    }
    const { dev, ino, size, mtimeNs, ctimeNs } = stats;
    const executable = (stats.mode & 0o111n) !== 0n;
    return {
      kind: 'file',
      path,
      source,
      executable,
      sizeBytes,
      identity: { dev, ino, sizeBytes: size, mtimeNs, ctimeNs },
    };
  }

  #add(entry: ContextEntry): void {
    if (this.entries.length >= this.#limits.maxFiles) {
      const message = `the build context holds more than ${this.#limits.maxFiles} files: leave some out with a .dockerignore`;
      throw new BuildRefused('too-large', entry.path, message);
    }
    this.entries.push(entry);
  }

  /** The text of a link that stays inside, both as written and as the disk has it. */
  async #target(path: string, source: string): Promise<string> {
    const target = await readlink(source);
    if (leavesByName(path, target) || !isWithin(this.#directory, await realOrNearest(dirname(source), target))) {
      const advice = 'copy the file into the context, or leave the link out with a .dockerignore';
      throw new BuildRefused('link-out', path, `${path} is a link to ${target}, outside the build context: ${advice}`);
    }
    return target;
  }
}

/** Also out and in again, and from the root: what that leads to on this disk it will not lead to in an image. */
function leavesByName(path: string, target: string): boolean {
  if (isAbsolute(target)) return true;
  let depth = path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth--;
    else if (part !== '.' && part !== '') depth++;
    if (depth < 0) return true;
  }
  return false;
}

interface Subfolder {
  readonly path: string;
  readonly ignored: boolean;
  readonly matched: Matched;
}

/** Where a link really leads: its target's real path, or, when it dangles, that of the part of the way that exists. */
async function realOrNearest(from: string, target: string): Promise<string> {
  // Joined as text: the kernel takes `..` behind a link from where that link leads.
  let way = `${from}/${target}`;
  for (;;) {
    try {
      return await realpath(way);
    } catch (thrown) {
      const code = errorCode(thrown);
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw thrown;
      way = way.slice(0, way.replace(/\/+$/, '').lastIndexOf('/'));
    }
  }
}

function kindOf(stats: BigIntStats): string {
  if (stats.isFIFO()) return 'named pipe';
  if (stats.isSocket()) return 'socket';
  return 'device';
}

function unreadable(path: string, thrown: unknown): never {
  const shown = path === '' ? 'the build context' : path;
  throw new BuildRefused('unreadable', path, `${shown} cannot be read (${errorCode(thrown)})`, { cause: thrown });
}

/** A file that vanished between listing and looking was not there. */
function gone(path: string, thrown: unknown): undefined {
  if (errorCode(thrown) === 'ENOENT') return undefined;
  unreadable(path, thrown);
}

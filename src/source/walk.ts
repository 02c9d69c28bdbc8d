import { join, relative } from 'node:path';
import { mapBounded } from '../lib/bounded.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import { isBrokenName, isHidden, isInside, isManifestName, printable } from './file-names.ts';
import { type FileStat, type FileTree, plainReason, systemCode, type TreeEntry } from './file-tree.ts';
import { fileError, ReadingFailed, reasonForOne, Torn } from './read-failure.ts';

export interface WalkLimits {
  readonly maxFiles: number;
  readonly maxDepth: number;
}

export const WALK_LIMITS: WalkLimits = { maxFiles: 10_000, maxDepth: 20 };

/** A file that should hold manifests. */
export interface FoundFile {
  /** Relative to the root, printable: how it is named to people. */
  readonly file: string;
  /** Resolved; what is opened. */
  readonly path: string;
  readonly stat: FileStat;
}

/** A file or directory whose content stays unknown. The manifests it held keep their last good version. */
export interface Withheld {
  readonly file: string;
  readonly directory: boolean;
  /** Refused: it is not ours to read. Unreadable: it could not be read this time. */
  readonly why: 'refused' | 'unreadable' | 'unsettled';
  readonly error?: ManifestError;
}

export interface Walked {
  /** In the order of their names. */
  readonly files: readonly FoundFile[];
  readonly withheld: readonly Withheld[];
}

interface Step {
  readonly path: string;
  readonly shown: string;
  readonly depth: number;
}

/** Calls to the file system under way at once; Node has four threads for them. */
const FAN_OUT = 8;

/**
 * Everything beneath `root`, which must be resolved, that should hold manifests. Throws `ReadingFailed` past a limit
 * (never a silent part), `Torn` when something goes away meanwhile.
 */
export async function walk(tree: FileTree, root: string, limits: WalkLimits, signal: AbortSignal): Promise<Walked> {
  return new Walk(tree, root, limits, signal).run();
}

class Walk {
  readonly #tree: FileTree;
  readonly #root: string;
  readonly #limits: WalkLimits;
  readonly #signal: AbortSignal;
  /** By resolved path, so that a file and the links to it count once. */
  readonly #own = new Map<string, FoundFile>();
  readonly #linked = new Map<string, FoundFile>();
  readonly #withheld: Withheld[] = [];
  #count = 0;

  constructor(tree: FileTree, root: string, limits: WalkLimits, signal: AbortSignal) {
    this.#tree = tree;
    this.#root = root;
    this.#limits = limits;
    this.#signal = signal;
  }

  async run(): Promise<Walked> {
    let level: readonly Step[] = [{ path: this.#root, shown: '', depth: 0 }];
    while (level.length > 0) {
      level = (await mapBounded(level, FAN_OUT, (step) => this.#directory(step))).flat();
    }
    const files = [...new Map([...this.#linked, ...this.#own]).values()].sort((a, b) => (a.file < b.file ? -1 : 1));
    return { files, withheld: this.#withheld };
  }

  async #directory(step: Step): Promise<readonly Step[]> {
    this.#signal.throwIfAborted();
    if (step.depth > this.#limits.maxDepth) {
      throw new ReadingFailed(`${step.shown}: directories are nested more than ${this.#limits.maxDepth} deep`);
    }
    const entries = (await this.#list(step)).filter((entry) => !isHidden(entry.name));
    this.#count += entries.filter((entry) => entry.kind !== 'directory' && isManifestName(entry.name)).length;
    if (this.#count > this.#limits.maxFiles) {
      throw new ReadingFailed(`more than ${this.#limits.maxFiles} manifest files`);
    }
    return (await mapBounded(entries, FAN_OUT, (entry) => this.#entry(step, entry))).filter(
      (next) => next !== undefined,
    );
  }

  async #list(step: Step): Promise<readonly TreeEntry[]> {
    try {
      return await this.#tree.list(step.path);
    } catch (thrown) {
      if (step.shown === '' && systemCode(thrown) !== 'ENOENT') {
        throw new ReadingFailed(`the directory cannot be listed: ${plainReason(thrown)}`, { cause: thrown });
      }
      const reason = reasonForOne(step.shown, thrown);
      const error = fileError(step.shown, `this directory cannot be listed: ${reason}`);
      this.#withheld.push({ file: step.shown, directory: true, why: 'unreadable', error });
      return [];
    }
  }

  /** A directory to go on with, if that is what the entry is. */
  async #entry(within: Step, entry: TreeEntry): Promise<Step | undefined> {
    this.#signal.throwIfAborted();
    const shown = within.shown === '' ? printable(entry.name) : `${within.shown}/${printable(entry.name)}`;
    const next: Step = { path: join(within.path, entry.name), shown, depth: within.depth + 1 };
    const named = isManifestName(entry.name);
    if (isBrokenName(entry.name)) {
      if (named || entry.kind === 'directory') this.#refuse(shown, 'the name is not valid UTF-8', !named);
      return undefined;
    }
    if (entry.kind === 'directory') return next;
    if (entry.kind === 'link') return this.#link(next, named);
    if (named && entry.kind === 'other') this.#refuse(shown, 'a pipe, socket or device, not a regular file');
    if (named && entry.kind === 'file') await this.#file(next);
    return undefined;
  }

  async #file(at: Step): Promise<void> {
    try {
      this.#own.set(at.path, { file: at.shown, path: at.path, stat: await this.#tree.lstat(at.path) });
    } catch (thrown) {
      this.#unreadable(at.shown, reasonForOne(at.shown, thrown));
    }
  }

  async #link(at: Step, named: boolean): Promise<Step | undefined> {
    const target = await this.#target(at, named);
    if (target === undefined) return undefined;
    const { path, stat } = target;
    if (!isInside(this.#root, path)) {
      const directory = stat.kind === 'directory';
      if (named || directory) this.#refuse(at.shown, 'a link that leads out of the directory', directory);
      return undefined;
    }
    if (stat.kind === 'directory') return this.#isSwapped(at, path) ? { ...at, path } : undefined;
    if (!named) return undefined;
    if (stat.kind !== 'file') this.#refuse(at.shown, 'a link to a pipe, socket or device');
    else this.#addLinked({ file: at.shown, path, stat });
    return undefined;
  }

  #addLinked(found: FoundFile): void {
    const before = this.#linked.get(found.path);
    if (before === undefined || found.file < before.file) this.#linked.set(found.path, found);
  }

  async #target(at: Step, named: boolean): Promise<{ readonly path: string; readonly stat: FileStat } | undefined> {
    try {
      const path = await this.#tree.realpath(at.path);
      return { path, stat: await this.#tree.stat(path) };
    } catch (thrown) {
      // Nobody follows links to directories here, so those that lead nowhere matter as little.
      if (!named) return undefined;
      const leadsNowhere = ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(systemCode(thrown) ?? '');
      this.#unreadable(at.shown, leadsNowhere ? await this.#deadLink(at, thrown) : reasonForOne(at.shown, thrown));
      return undefined;
    }
  }

  /** A link that leads nowhere is one file's trouble; one that has gone meanwhile is everybody's. */
  async #deadLink(at: Step, why: unknown): Promise<string> {
    const still = await this.#tree.lstat(at.path).catch(() => undefined);
    if (still === undefined) throw new Torn(`${at.shown} went away while it was being read`, { cause: why });
    return `the link leads nowhere: ${plainReason(why)}`;
  }

  /** True for the links the kubelet makes for directories of a projected volume: `name` to `..data/name`. */
  #isSwapped(at: Step, target: string): boolean {
    return at.depth === 1 && relative(this.#root, target).startsWith('..');
  }

  #refuse(file: string, message: string, directory = false): void {
    this.#withheld.push({ file, directory, why: 'refused', error: fileError(file, `refused: ${message}`) });
  }

  #unreadable(file: string, reason: string): void {
    const error = fileError(file, `cannot be read: ${reason}`);
    this.#withheld.push({ file, directory: false, why: 'unreadable', error });
  }
}

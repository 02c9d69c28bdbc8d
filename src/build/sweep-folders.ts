import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { type FolderOwner, fateOf, readFolderName, thisProcess } from './folder-owner.ts';

/** No build takes so long. */
const SURELY_LEFT_MS = 24 * 60 * 60 * 1000;

export interface SweepOptions {
  readonly clock: Clock;
  /** Called before a folder goes, to remove what else its build left behind. What it throws is not told. */
  readonly before?: (folder: string) => Promise<void>;
}

/**
 * Removes private folders in `parent` that were left behind by processes of this user which were killed: they hold copies
 * of code, and, when a push was under way, its token. A folder whose process lives is not touched; one whose process
 * cannot be judged only after a day. What cannot be removed is left for the next sweep. Rejects on abort alone.
 */
export async function sweepFolders(parent: string, options: SweepOptions, signal: AbortSignal): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const found = names.flatMap((name) => {
    const read = readFolderName(name);
    return read === undefined ? [] : [{ folder: join(parent, name), owner: read.owner }];
  });
  if (found.length === 0) return;
  const here = await thisProcess();
  for (const { folder, owner } of found) {
    signal.throwIfAborted();
    if (!(await isLeft(folder, owner, here, options.clock))) continue;
    await options.before?.(folder).catch(() => undefined);
    signal.throwIfAborted();
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isLeft(
  folder: string,
  owner: FolderOwner | undefined,
  here: FolderOwner | undefined,
  clock: Clock,
): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  // The folder for temporary files is everybody's: a name alone does not make it ours.
  if (stats === undefined || !stats.isDirectory()) return false;
  if (stats.uid !== process.getuid?.() || (stats.mode & 0o777) !== 0o700) return false;
  const fate = await fateOf(owner, here);
  return fate === 'gone' || (fate === 'unknown' && clock.now() - stats.mtimeMs > SURELY_LEFT_MS);
}

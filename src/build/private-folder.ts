import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderPrefix, thisProcess } from './folder-owner.ts';

/**
 * Hands out a folder that only this user can enter (mode 0700), and removes it with all it holds, however `use` ends. Its
 * name says whose it is, for `sweepFolders` to find should this process be killed.
 */
export async function withPrivateFolder<Value>(
  parent: string,
  use: (folder: string) => Promise<Value>,
): Promise<Value> {
  const prefix = folderPrefix(await thisProcess());
  const folder = await realpath(await mkdtemp(join(parent, prefix)));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes a file that must not have existed, readable by this user only. */
export async function writePrivate(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
}

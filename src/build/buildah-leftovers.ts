import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from './run-command.ts';

/** Runs the engine's command with the storage flags of the build. */
export type RunEngine = (args: readonly string[]) => Promise<CommandResult>;

/** A build argument no Dockerfile declares. It changes neither the image nor the cache, but containers remember it. */
export const MARK = 'EVENKEEL_BUILD';

/**
 * Removes the working containers of a build that ended early. buildah removes its own only when it comes to an end by
 * itself, and its containers carry no labels; what they do carry is the build's arguments, `mark` among them, in
 * `buildah.json` in the store. Nothing is removed that does not carry it: other builds may be running.
 */
export async function removeLeftovers(mark: string, flavour: 'buildah' | 'podman', run: RunEngine): Promise<void> {
  const podman = flavour === 'podman';
  const list = podman
    ? ['ps', '--all', '--external', '--quiet', '--no-trunc']
    : ['containers', '--quiet', '--notruncate'];
  const ids = (await run(list)).output.map((line) => line.trim()).filter((id) => /^[0-9a-f]{64}$/.test(id));
  if (ids.length === 0) return;
  const containers = await containerFolder(podman, run);
  for (const id of ids) {
    const state = await readFile(join(containers, id, 'userdata', 'buildah.json'), 'utf8').catch(() => '');
    if (state.includes(JSON.stringify(mark))) await run(podman ? ['rm', '--force', id] : ['rm', id]);
  }
}

/** Layout of containers/storage: `<graph root>/<driver>-containers/<id>/userdata`. */
async function containerFolder(podman: boolean, run: RunEngine): Promise<string> {
  const format = podman
    ? '{{.Store.GraphRoot}}|{{.Store.GraphDriverName}}'
    : '{{.store.GraphRoot}}|{{.store.GraphDriverName}}';
  const [root = '', driver = ''] = ((await run(['info', '--format', format])).output.at(-1) ?? '').trim().split('|');
  return join(root, `${driver}-containers`);
}

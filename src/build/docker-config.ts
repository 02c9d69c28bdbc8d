import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Destination } from './builder.ts';
import type { Environment } from './engine-environment.ts';
import { writePrivate } from './private-folder.ts';
import { registryAuths } from './registry-auth.ts';

/** Where Docker keeps the user's own configuration; undefined when there is no telling. */
export function userDockerConfig(env: Environment): string | undefined {
  return env['DOCKER_CONFIG'] ?? (env['HOME'] === undefined ? undefined : join(env['HOME'], '.docker'));
}

/**
 * Makes a `DOCKER_CONFIG` for one build: a copy of the user's, because base images may need the user's logins. Docker and
 * buildx write to their configuration folder (token seeds, builder state); they write to the copy.
 */
export async function buildConfig(user: string | undefined, folder: string): Promise<string> {
  const own = await emptyConfig(user, folder);
  if (user !== undefined) await copyFile(join(user, 'config.json'), join(own, 'config.json')).catch(() => undefined);
  return own;
}

/** Makes a `DOCKER_CONFIG` for one push: the credentials of that push, and the context that leads to the engine. */
export async function pushConfig(user: string | undefined, folder: string, to: Destination): Promise<string> {
  const own = await emptyConfig(user, folder);
  const currentContext = user === undefined ? undefined : await contextName(user);
  const config = { auths: registryAuths(to), ...(currentContext === undefined ? {} : { currentContext }) };
  await writePrivate(join(own, 'config.json'), JSON.stringify(config));
  return own;
}

/** Contexts say where the engine is, plugins are where buildx is: both are only read. */
async function emptyConfig(user: string | undefined, folder: string): Promise<string> {
  const own = join(folder, 'docker');
  await mkdir(own, { mode: 0o700 });
  if (user === undefined) return own;
  for (const part of ['contexts', 'cli-plugins']) await symlink(join(user, part), join(own, part));
  return own;
}

async function contextName(user: string): Promise<string | undefined> {
  try {
    const config: unknown = JSON.parse(await readFile(join(user, 'config.json'), 'utf8'));
    if (typeof config !== 'object' || config === null || !('currentContext' in config)) return undefined;
    return typeof config.currentContext === 'string' ? config.currentContext : undefined;
  } catch {
    return undefined;
  }
}

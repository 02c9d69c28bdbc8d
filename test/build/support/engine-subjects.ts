import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { BuildahBuilder } from '../../../src/build/buildah-builder.ts';
import type { Builder } from '../../../src/build/builder.ts';
import { DockerBuilder } from '../../../src/build/docker-builder.ts';
import { SystemClock } from '../../../src/lib/clock.ts';
import { BUSYBOX, type Daemon, type Registry, startDockerd, whyNot } from './engines.ts';
import { plant } from './tree.ts';

const clock = new SystemClock();
const PLUGINS = join('.docker', 'cli-plugins');

/** A builder, and the engine's own command to ask it what it has. */
export interface Subject {
  readonly builder: Builder;
  /** Where the builder makes its temporary folders. */
  readonly temp: string;
  /** Of a step: one that needs nothing of the machine's own. */
  readonly network: 'none' | 'host';
  /** The engine's images, a name and tag each line. */
  images(): string;
  /** The ids of the engine's containers, of builds too. */
  containers(): string;
  /** Pulls from the registry, and runs it where the engine can: what it printed. */
  runPulled(registry: Registry, image: string): string | undefined;
  close(): Promise<void>;
}

export interface EngineUnderTest {
  readonly name: string;
  /** Why it is left out, where it is. */
  readonly skip: string | undefined;
  /** Makes one that keeps all it has in `folder`. */
  readonly start: (folder: string) => Promise<Subject>;
}

/** Every engine that a builder is for. */
export function enginesUnderTest(): readonly EngineUnderTest[] {
  const dockerSkip = whyNot('dockerd', 'docker', 'docker-registry', BUSYBOX);
  const daemonless = (flavour: 'buildah' | 'podman'): EngineUnderTest => ({
    name: flavour,
    skip: whyNot(flavour, 'docker-registry', BUSYBOX),
    start: async (folder) => withoutDaemon(flavour, folder),
  });
  return [
    { name: 'docker', skip: dockerSkip, start: (folder) => docker(folder, undefined) },
    buildKit(dockerSkip),
    daemonless('buildah'),
    daemonless('podman'),
  ];
}

/**
 * BuildKit as buildx leads to it. Debian 12 has no buildx, but a command of Docker from before 23 that has a client of
 * BuildKit in itself: where there is no better, that stands in for the plugin, whose own flags are then not proved.
 */
function buildKit(dockerSkip: string | undefined): EngineUnderTest {
  const buildx = says('docker', 'buildx', 'version') !== undefined;
  const name = `docker with ${buildx ? 'buildx' : 'BuildKit in place of buildx'}`;
  const older = /^Docker version (19|20)\./.test(says(DEBIAN_DOCKER, '--version') ?? '');
  const neither = 'docker has no buildx here, and no BuildKit of its own: what they would prove is not proved';
  const skip = dockerSkip ?? (buildx || older ? undefined : neither);
  return { name, skip, start: (folder) => docker(folder, buildx ? 'buildx' : 'stand-in') };
}

const DEBIAN_DOCKER = '/usr/bin/docker';
const STAND_IN = `#!/bin/sh
[ "$1 $2" = 'buildx version' ] && exit 0
[ "$1" = buildx ] || exec ${DEBIAN_DOCKER} "$@"
shift
for word; do
  shift
  case "$word" in --load|--provenance=false|--sbom=false) ;; *) set -- "$@" "$word" ;; esac
done
exec ${DEBIAN_DOCKER} image "$@"
`;

function says(file: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync(file, args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

async function docker(folder: string, buildKit: 'buildx' | 'stand-in' | undefined): Promise<Subject> {
  const daemon: Daemon = await startDockerd();
  const temp = join(folder, 'temp');
  const home = join(folder, 'home');
  mkdirSync(temp);
  plant(home, { '.docker/config.json': '{"auths":{}}' });
  const plugins = join(homedir(), PLUGINS);
  if (buildKit === 'buildx' && existsSync(plugins)) symlinkSync(plugins, join(home, PLUGINS));
  const env = { PATH: process.env['PATH'], HOME: home, DOCKER_HOST: daemon.address, AWS_SECRET_ACCESS_KEY: 'x' };
  const command = join(folder, 'docker-with-buildkit');
  if (buildKit === 'stand-in') writeFileSync(command, STAND_IN, { mode: 0o755 });
  const builder = new DockerBuilder({
    env,
    tempFolder: temp,
    clock,
    ...(buildKit === 'stand-in' ? { command } : {}),
  });
  const ask = (...args: readonly string[]): string => execFileSync('docker', args, { env, encoding: 'utf8' });
  return {
    builder,
    temp,
    network: 'none',
    images: () => ask('images', '--format', '{{.Repository}}:{{.Tag}}'),
    containers: () => ask('ps', '--all', '--quiet').trim(),
    runPulled({ host, credentials }, image) {
      const auth = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
      plant(join(folder, 'login'), { 'config.json': JSON.stringify({ auths: { [host]: { auth } } }) });
      ask('--config', join(folder, 'login'), 'pull', `${host}/${image}`);
      return ask('run', '--rm', '--network=none', `${host}/${image}`);
    },
    close: async () => await daemon[Symbol.asyncDispose](),
  };
}

function withoutDaemon(flavour: 'buildah' | 'podman', folder: string): Subject {
  const temp = join(folder, 'temp');
  mkdirSync(temp);
  const storage = { driver: 'vfs', root: join(folder, 'root'), runRoot: join(folder, 'run') };
  const env = { PATH: process.env['PATH'], HOME: folder };
  const builder = new BuildahBuilder({ flavour, env, tempFolder: temp, clock, storage, isolation: 'chroot' });
  const own = ['--storage-driver=vfs', `--root=${storage.root}`, `--runroot=${storage.runRoot}`];
  const ask = (...args: readonly string[]): string =>
    execFileSync(flavour, [...own, ...args], { env, encoding: 'utf8' });
  const podman = flavour === 'podman';
  return {
    builder,
    temp,
    // Isolation by chroot has no network of its own to give.
    network: 'host',
    images: () => ask('images', '--format', podman ? '{{.Repository}}:{{.Tag}}' : '{{.Name}}:{{.Tag}}'),
    containers: () => ask(...(podman ? ['ps', '--all', '--external', '--quiet'] : ['containers', '--quiet'])).trim(),
    runPulled({ host, credentials }, image) {
      const login = `--creds=${credentials.username}:${credentials.password}`;
      ask('pull', '--quiet', login, '--tls-verify=false', `docker://${host}/${image}`);
      return undefined;
    },
    close: () => Promise.resolve(),
  };
}

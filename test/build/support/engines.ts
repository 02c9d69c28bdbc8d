import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian packages that bring what these tests need. */
export const PACKAGES = 'docker.io docker-registry buildah podman busybox-static';
export const BUSYBOX = '/bin/busybox';

/** Undefined when all programs are there; else why the tests are left out. Throws where the tests are insisted on. */
export function whyNot(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((program) => !has(program));
  const rootless = process.getuid?.() !== 0;
  if (missing.length === 0 && !rootless) return undefined;
  const reason = rootless
    ? 'starting engines needs root'
    : `not installed: ${missing.join(', ')} (apt-get install ${PACKAGES})`;
  if (process.env['EVENKEEL_REQUIRE_ENGINES'] === '1') throw new Error(`left out, but required: ${reason}`);
  return reason;
}

function has(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', 'command -v "$1" >/dev/null', 'sh', program]);
    return true;
  } catch {
    return false;
  }
}

/** Short, because a Unix socket's path may have 108 characters at most. */
export function shortFolder(): string {
  return mkdtempSync('/tmp/evk-');
}

/** A program that runs until the test is done with it. */
export class Service implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  /** The first line of its log that matches. */
  async says(words: RegExp): Promise<RegExpExecArray> {
    const log: string[] = [];
    const lines = createInterface({ input: this.#child.stderr! });
    for await (const line of lines) {
      log.push(line);
      const found = words.exec(line);
      if (found === null) continue;
      // The rest must be taken, or the program would stand still once the pipe is full.
      this.#child.stderr!.resume();
      return found;
    }
    throw new Error(`it ended before it said ${words}:\n${log.slice(-20).join('\n')}`);
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#ended;
  }
}

export interface Registry extends AsyncDisposable {
  /** Host and port. */
  readonly host: string;
  readonly credentials: { readonly username: string; readonly password: string };
}

const PASSWORD = 's3cret-of-the-push';
/** bcrypt of the password, at the lowest cost. */
const HTPASSWD = 'AWS:$2b$04$/lcEi0lEJMpgcB3gXD4HieK3L98vttq11mYCj5J1CZ4Byt8pS5uZy\n';

/** A real registry on loopback that wants a login. */
export async function startRegistry(): Promise<Registry> {
  const folder = shortFolder();
  writeFileSync(join(folder, 'htpasswd'), HTPASSWD);
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: '127.0.0.1:0', secret: 'x' },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const service = new Service('docker-registry', ['serve', join(folder, 'config.yml')]);
  const [, host = ''] = await service.says(/listening on (127\.0\.0\.1:\d+)/);
  const dispose = async (): Promise<void> => {
    await service[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { host, credentials: { username: 'AWS', password: PASSWORD }, [Symbol.asyncDispose]: dispose };
}

export interface Daemon extends AsyncDisposable {
  /** DOCKER_HOST */
  readonly address: string;
  stop(): void;
}

/**
 * A real Docker engine of the test's own: nothing is shared with one that may run on the machine. With a `folder` it goes
 * on from what is there, and leaves it. Without a `driver` the engine chooses how it stores.
 */
export async function startDockerd(
  options: { readonly folder?: string; readonly driver?: string | undefined } = { driver: 'vfs' },
): Promise<Daemon> {
  const folder = options.folder ?? shortFolder();
  const address = `unix://${folder}/docker.sock`;
  mkdirSync(join(folder, 'data'), { recursive: true });
  const paths = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`];
  const network = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  const driver = options.driver === undefined ? [] : ['--storage-driver', options.driver];
  const service = new Service('dockerd', ['-H', address, ...paths, ...network, ...driver]);
  await service.says(/API listen on/);
  const dispose = async (): Promise<void> => {
    await service[Symbol.asyncDispose]();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { address, stop: () => service.stop(), [Symbol.asyncDispose]: dispose };
}

/** What the registry itself says a tag names. */
export async function digestInRegistry(registry: Registry, repository: string, tag: string): Promise<string | null> {
  const { username, password } = registry.credentials;
  const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      accept: 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json',
    },
  });
  return answer.headers.get('docker-content-digest');
}

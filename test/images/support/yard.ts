import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  BUSYBOX,
  type Daemon,
  type Registry,
  shortFolder,
  startDockerd,
  startRegistry,
  whyNot,
} from '../../build/support/engines.ts';
import { plant, type Tree } from '../../build/support/tree.ts';
import { type Ended, type Environment, startSandboxProcess } from '../../contract/support/command-line.ts';
import { type RecordingProxy, startRecordingProxy } from '../../contract/support/recording-proxy.ts';
import { type RegistryFront, startRegistryFront } from './registry-front.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const MAIN = join(ROOT, 'src', 'main.ts');
/** An image that has the name of what the shipped Dockerfile begins with; `.ci/engines.mjs` makes it. */
export const BASE = join(ROOT, '.cache', 'images', 'base.tar');
export const EXAMPLE = join(ROOT, 'examples', 'strands-agent');

/** More than enough for the images of one file of tests. */
const IN_MEMORY_BYTES = 4 * 1024 ** 3;

/** Why the tests are left out, where they are; throws where they are insisted on. */
export function whyNoImages(): string | undefined {
  const why = whyNot('dockerd', 'docker', 'docker-registry', 'buildah', 'podman', BUSYBOX);
  if (why !== undefined || existsSync(BASE)) return why;
  const reason = 'there is no base image (node .ci/engines.mjs)';
  if (process.env['EVENKEEL_REQUIRE_ENGINES'] === '1') throw new Error(`left out, but required: ${reason}`);
  return reason;
}

export interface YardOptions {
  /** Whether the engine has the base image. */
  readonly base: boolean;
  /** All the room that the engine has, in memory; absent: what the disk has. */
  readonly engineBytes?: number;
}

/** Everything an image passes on its way, all real but for AWS: an engine, a registry, the sandbox, a user's home. */
export class Yard implements AsyncDisposable {
  readonly folder: string;
  readonly registry: Registry;
  readonly front: RegistryFront;
  /** What the command asks of AWS. */
  readonly aws: RecordingProxy;
  /** All that the command sees of an environment. */
  readonly env: Environment;
  readonly #stack: AsyncDisposableStack;
  #daemon: Daemon | undefined;

  private constructor(
    parts: Pick<Yard, 'folder' | 'registry' | 'front' | 'aws' | 'env'> & { readonly stack: AsyncDisposableStack },
  ) {
    this.folder = parts.folder;
    this.registry = parts.registry;
    this.front = parts.front;
    this.aws = parts.aws;
    this.env = parts.env;
    this.#stack = parts.stack;
  }

  static async open(options: YardOptions): Promise<Yard> {
    await using stack = new AsyncDisposableStack();
    const folder = shortFolder();
    stack.defer(() => sweep(folder));
    // Engines write gigabytes and wait for the disk with each layer.
    if (freemem() > 4 * IN_MEMORY_BYTES) mountMemory(folder, IN_MEMORY_BYTES);
    for (const part of ['engine', 'home/.docker', 'temp']) mkdirSync(join(folder, part), { recursive: true });
    const registry = stack.use(await startRegistry());
    const front = stack.use(await startRegistryFront(registry.host));
    const sandbox = stack.use(
      await startSandboxProcess({
        EVENKEEL_SANDBOX_SPEED: '1000',
        EVENKEEL_SANDBOX_REGISTRY: front.host,
        EVENKEEL_SANDBOX_REGISTRY_PASSWORD: registry.credentials.password,
      }),
    );
    const aws = stack.use(await startRecordingProxy(sandbox.env['AWS_ENDPOINT_URL'] ?? ''));
    writeFileSync(
      join(folder, 'home', '.docker', 'config.json'),
      '{"auths":{"private.example":{"auth":"dXNlcjpjYW5hcnk="}}}',
    );
    const env: Environment = {
      ...sandbox.env,
      AWS_ENDPOINT_URL: aws.url,
      PATH: process.env['PATH'] ?? '',
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'temp'),
      DOCKER_HOST: `unix://${folder}/engine/docker.sock`,
      EVENKEEL_BUILDER: 'docker',
    };
    const yard = new Yard({ folder, registry, front, aws, env, stack: stack.move() });
    const { engineBytes } = options;
    if (engineBytes !== undefined) {
      mountMemory(yard.engineFolder, engineBytes);
    }
    await yard.startEngine();
    if (options.base) await yard.docker('load', '--quiet', '--input', BASE);
    return yard;
  }

  get engineFolder(): string {
    return join(this.folder, 'engine');
  }

  /** Goes on from what was there before. */
  async startEngine(): Promise<void> {
    this.#daemon = await startDockerd({ folder: this.engineFolder, driver: undefined });
  }

  async stopEngine(): Promise<void> {
    await this.#daemon?.[Symbol.asyncDispose]();
    this.#daemon = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopEngine();
    await this.#stack.disposeAsync();
  }

  /** `evenkeel ARGS`, in a process of its own. */
  run(args: readonly string[], more: Environment = {}): Promise<Ended> {
    return this.start(args, more).ended;
  }

  start(args: readonly string[], more: Environment = {}): Running {
    const env = { ...this.env, ...more };
    return new Running(spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env }));
  }

  apply(file: string, more: Environment = {}): Promise<Ended> {
    return this.run(['apply', '--yes', '-f', file], more);
  }

  /** Docker's own command, with the logins of somebody who may pull. */
  async docker(...args: readonly string[]): Promise<string> {
    const config = join(this.folder, 'puller');
    const { username, password } = this.registry.credentials;
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [this.front.host]: { auth } } }));
    const env = { ...this.env, DOCKER_CONFIG: config };
    return (await promisify(execFile)('docker', args, { env })).stdout.trim();
  }

  /** Gives the engine an image with nothing in it, for a machine that may not be this one. */
  async dockerLoad(name: string, architecture: string): Promise<void> {
    const folder = join(this.folder, 'loaded');
    const layer = Buffer.alloc(1024);
    const digest = createHash('sha256').update(layer).digest('hex');
    const config = JSON.stringify({
      architecture,
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    });
    const [file, manifest] = ['config.json', [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }]];
    plant(folder, { [file]: config, 'manifest.json': JSON.stringify(manifest) });
    writeFileSync(join(folder, 'layer.tar'), layer);
    execFileSync('tar', [
      '-c',
      '-f',
      join(folder, 'all.tar'),
      '-C',
      folder,
      'config.json',
      'manifest.json',
      'layer.tar',
    ]);
    await this.docker('load', '--quiet', '--input', join(folder, 'all.tar'));
  }

  /** Somebody else's push of a manifest whose layers are there. */
  async put(path: string, manifest: string): Promise<void> {
    const { mediaType } = JSON.parse(manifest) as { readonly mediaType: string };
    const { username, password } = this.registry.credentials;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': mediaType };
    const answer = await fetch(`http://${this.registry.host}${path}`, { method: 'PUT', headers, body: manifest });
    if (!answer.ok) throw new Error(`the registry answers ${answer.status}: ${await answer.text()}`);
  }

  /** A copy of the example; only the named files of it, if any are named. Answers with its manifest. */
  plantExample(name: string, files: readonly string[] = []): string {
    const folder = join(this.folder, name);
    const wanted = files.length === 0 ? readdirSync(EXAMPLE).filter((file) => file !== '__pycache__') : files;
    mkdirSync(folder);
    for (const file of wanted) cpSync(join(EXAMPLE, file), join(folder, file));
    return join(folder, 'evenkeel.yaml');
  }

  /**
   * A manifest whose image is built from a folder of these files, busybox among them. `build` and `spec` are said besides
   * what is needed. Answers with its path.
   */
  plantSmall(name: string, files: Tree, build: object = {}, spec: object = {}): string {
    const context = join(this.folder, name, 'context');
    plant(context, files);
    cpSync(BUSYBOX, join(context, 'busybox'));
    return this.plantManifest(name, { build: { context: './context', ...build } }, spec);
  }

  plantManifest(name: string, image: object, spec: object = {}): string {
    const document = {
      apiVersion: 'evenkeel.dev/v1',
      kind: 'FargateService',
      metadata: { name },
      spec: {
        region: 'us-east-1',
        cluster: 'agents',
        executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
        image,
        container: { name: 'main', healthCheck: { disabled: true } },
        network: { subnets: ['subnet-a'], securityGroups: ['sg-a'] },
        ...spec,
      },
    };
    mkdirSync(join(this.folder, name), { recursive: true });
    // JSON is YAML.
    writeFileSync(join(this.folder, name, 'evenkeel.yaml'), JSON.stringify(document));
    return join(this.folder, name, 'evenkeel.yaml');
  }

  /** Of every file in the user's home, to see that nothing there was touched. */
  homePrint(): string {
    const home = join(this.folder, 'home');
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const hash = createHash('sha256');
    for (const { parentPath, name } of files.toSorted((a, b) => a.name.localeCompare(b.name))) {
      hash.update(join(parentPath, name)).update(readFileSync(join(parentPath, name)));
    }
    return hash.digest('hex');
  }

  /** What the command left in the folder for temporary files. */
  leftovers(): readonly string[] {
    return readdirSync(join(this.folder, 'temp')).filter((name) => name.startsWith('evenkeel'));
  }

  /** Resolves once the command works in a folder of its own. */
  async hasLeftovers(): Promise<void> {
    while (this.leftovers().length === 0) await setTimeout(10);
  }

  /** The image of the newest revision, as registered. */
  deployed(): string {
    const registered = this.aws.take().filter(({ operation }) => operation === 'RegisterTaskDefinition');
    const [container] = (registered.at(-1)?.input['containerDefinitions'] ?? []) as readonly {
      readonly image: string;
    }[];
    return container?.image ?? '';
  }
}

/** A command that is under way. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #over = false;
  #out = '';
  #err = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#out += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#err += chunk;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.#over = true;
        resolve({ code, out: this.#out, err: this.#err });
      });
    });
  }

  /** Resolves once it has said so on stderr; rejects when it ends without. */
  async says(words: RegExp): Promise<void> {
    while (!words.test(this.#err)) {
      if (this.#over) throw new Error(`it ended before it said ${words}:\n${this.#out}\n${this.#err}`);
      await setTimeout(20);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

function mountMemory(folder: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
}

/** Engines leave mounts behind that hold a folder: the network of the machine, which containers were lent. */
export function sweep(folder: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => `${path}/`.startsWith(`${folder}/`)).toReversed()) {
    execFileSync('umount', ['--lazy', mount]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { BuildFailed, EngineUnavailable, PushFailed } from './build-errors.ts';
import { BuildLog } from './build-log.ts';
import { type InspectedImage, inspectFormat, readInspected } from './buildah-inspect.ts';
import { MARK, removeLeftovers } from './buildah-leftovers.ts';
import type { Availability, Builder, BuildProgress, BuildRequest, BuiltImage, Destination } from './builder.ts';
import { checkDestination, checkRequest, isLoopback } from './check-request.ts';
import { cleanUp } from './clean-up.ts';
import { architectureOfPlatform, digestIn } from './engine-call.ts';
import { type Environment, engineEnvironment } from './engine-environment.ts';
import { buildFailedAt, buildFailureOf, pushFailureOf } from './engine-words.ts';
import { lineMask, secretValues } from './mask-log.ts';
import { withPrivateFolder, writePrivate } from './private-folder.ts';
import { registryAuths, secretsOf } from './registry-auth.ts';
import { type CommandResult, type RunOptions, runCommand } from './run-command.ts';
import { stageContext } from './stage-context.ts';
import { sweepFolders } from './sweep-folders.ts';

export interface BuildahBuilderOptions {
  /** Which of the two programs; both take the same flags. */
  readonly flavour: 'buildah' | 'podman';
  /** The program if it is not found by that name on the PATH of `env`. */
  readonly command?: string;
  readonly env: Environment;
  readonly tempFolder: string;
  readonly clock: Clock;
  /** `--storage-driver`, `--root`, `--runroot`; default: as the user has configured containers/storage. */
  readonly storage?: { readonly driver?: string; readonly root?: string; readonly runRoot?: string };
  /** How `RUN` is isolated; `chroot` works without privileges inside a container. Default: the engine's own. */
  readonly isolation?: 'oci' | 'rootless' | 'chroot';
}

/** buildah or podman through their command lines: no daemon. */
export class BuildahBuilder implements Builder {
  readonly name: string;
  readonly #options: BuildahBuilderOptions;

  constructor(options: BuildahBuilderOptions) {
    this.#options = options;
    this.name = options.flavour;
  }

  async available(signal: AbortSignal): Promise<Availability> {
    try {
      const result = await this.#run(['--version'], {}, signal);
      if (result.exitCode === 0) return { kind: 'available', detail: result.output.at(-1) ?? this.name };
      return { kind: 'missing', why: `${this.name} does not run: ${result.tail.at(-1) ?? ''}`, remedy: this.#remedy() };
    } catch (thrown) {
      if (!(thrown instanceof EngineUnavailable)) throw thrown;
      return { kind: 'missing', why: `${this.name} is not installed.`, remedy: this.#remedy() };
    }
  }

  #remedy(): string {
    return `Install ${this.name} (Debian and Ubuntu: \`apt-get install ${this.name}\`).`;
  }

  async build(request: BuildRequest, on: (progress: BuildProgress) => void, signal: AbortSignal): Promise<BuiltImage> {
    checkRequest(request);
    const { clock, tempFolder } = this.#options;
    const began = clock.elapsed();
    await sweepFolders(tempFolder, { clock, before: (folder) => this.#removeLeftovers(folder, signal) }, signal);
    return await withPrivateFolder(tempFolder, async (folder) => {
      const log = new BuildLog(on);
      const imageId = await this.#buildIn(folder, request, log, signal);
      const built = await this.#name(imageId, request, signal);
      const seconds = (clock.elapsed() - began) / 1000;
      const size = built.sizeBytes === undefined ? {} : { sizeBytes: built.sizeBytes };
      on({ kind: 'done', seconds, ...size, cachedSteps: log.cachedSteps });
      return built;
    });
  }

  async #buildIn(folder: string, request: BuildRequest, log: BuildLog, signal: AbortSignal): Promise<string> {
    const staged = await stageContext(request.context, folder, signal);
    // The context is already what the ignore file leaves of it; `.containerignore` is not a word of ours.
    const ignoreNothing = join(folder, 'ignore-nothing');
    await writeFile(ignoreNothing, '');
    const idFile = join(folder, 'image-id');
    const args = ['build', ...this.#buildFlags(request), `--iidfile=${idFile}`, `--ignorefile=${ignoreNothing}`];
    args.push(`--build-arg=${MARK}=${folder}`, `--file=${staged.dockerfile}`, '--', staged.directory);
    const mask = lineMask(secretValues(request.args));
    const result = await this.#runBuild(folder, args, { mask, onLine: (line) => log.take(line) }, signal);
    const imageId = digestIn(await readFile(idFile, 'utf8').catch(() => ''));
    if (result.exitCode === 0 && imageId !== undefined) return imageId;
    const kind = buildFailureOf(result.tail.join('\n'));
    throw new BuildFailed(kind, log.step, result.tail, buildFailedAt(log.step, result.tail));
  }

  async #runBuild(
    mark: string,
    args: readonly string[],
    call: Omit<RunOptions, 'clock'>,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    let complete = false;
    try {
      const result = await this.#run([...this.#storage(), ...args], call, signal);
      complete = result.exitCode === 0;
      return result;
    } finally {
      if (!complete) await cleanUp(this.#options.clock, (late) => this.#removeLeftovers(mark, late));
    }
  }

  async #removeLeftovers(mark: string, signal: AbortSignal): Promise<void> {
    await removeLeftovers(mark, this.#options.flavour, (command) =>
      this.#run([...this.#storage(), ...command], {}, signal),
    );
  }

  /** `docker` format: the OCI one cannot hold a HEALTHCHECK. */
  #buildFlags(request: BuildRequest): string[] {
    const { isolation } = this.#options;
    return [
      '--layers',
      '--force-rm',
      '--format=docker',
      `--platform=${request.platform}`,
      ...(isolation === undefined ? [] : [`--isolation=${isolation}`]),
      ...(request.target === undefined ? [] : [`--target=${request.target}`]),
      ...(request.buildNetwork === undefined ? [] : [`--network=${request.buildNetwork}`]),
      ...Object.entries(request.args).map(([name, value]) => `--build-arg=${name}=${value}`),
      ...Object.entries(request.labels).map(([name, value]) => `--label=${name}=${value}`),
    ];
  }

  async #name(imageId: string, { platform }: BuildRequest, signal: AbortSignal): Promise<BuiltImage> {
    const short = imageId.slice('sha256:'.length, 'sha256:'.length + 16);
    const localRef = `localhost/evenkeel-build:${short}`;
    const { architecture, sizeBytes } = await this.#inspect(imageId, signal);
    const wanted = architectureOfPlatform(platform);
    if (architecture !== wanted) {
      const message = `the image is built for ${architecture}, but the task runs on ${wanted}: the base image decides`;
      throw new BuildFailed('wrong-architecture', undefined, [], message);
    }
    await this.#mustRun(['tag', plainId(imageId), localRef], signal);
    return { imageId, localRef, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
  }

  async push(
    built: BuiltImage,
    to: Destination,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    checkDestination(to);
    const reference = `${to.registry}/${to.repository}:${to.tag}`;
    return await withPrivateFolder(this.#options.tempFolder, async (folder) => {
      const authFile = join(folder, 'auth.json');
      const digestFile = join(folder, 'digest');
      await writePrivate(authFile, JSON.stringify({ auths: registryAuths(to) }));
      const flags = [`--authfile=${authFile}`, `--digestfile=${digestFile}`];
      if (isLoopback(to.registry)) flags.push('--tls-verify=false');
      const args = ['push', ...flags, '--', plainId(built.imageId), `docker://${reference}`];
      const { count, onLine } = countBlobs();
      const mask = lineMask(secretsOf(to));
      const result = await this.#run([...this.#storage(), ...args], { mask, onLine }, signal);
      const digest = digestIn(await readFile(digestFile, 'utf8').catch(() => ''));
      if (result.exitCode !== 0 || digest === undefined) throw pushFailed(reference, result);
      on({ kind: 'pushed', ...count() });
      return { digest };
    });
  }

  async inspectArchitecture(built: BuiltImage, signal: AbortSignal): Promise<string> {
    return (await this.#inspect(built.imageId, signal)).architecture;
  }

  async #inspect(imageId: string, signal: AbortSignal): Promise<InspectedImage> {
    const format = `--format=${inspectFormat(this.#options.flavour)}`;
    const { output } = await this.#mustRun(['inspect', '--type=image', format, plainId(imageId)], signal);
    return readInspected(output.at(-1) ?? '');
  }

  async discard(built: BuiltImage, signal: AbortSignal): Promise<void> {
    // buildah always takes the layers beneath along; it has no flag to keep them.
    const keep = this.name === 'podman' ? ['--no-prune'] : [];
    await this.#run([...this.#storage(), 'rmi', ...keep, built.localRef], {}, signal);
  }

  async #mustRun(args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    const result = await this.#run([...this.#storage(), ...args], {}, signal);
    if (result.exitCode === 0) return result;
    throw new EngineUnavailable(this.name, `${this.name} ${args[0]} failed: ${result.tail.join(' ')}`);
  }

  #storage(): string[] {
    const { driver, root, runRoot } = this.#options.storage ?? {};
    return [
      ...(driver === undefined ? [] : [`--storage-driver=${driver}`]),
      ...(root === undefined ? [] : [`--root=${root}`]),
      ...(runRoot === undefined ? [] : [`--runroot=${runRoot}`]),
    ];
  }

  async #run(args: readonly string[], call: Omit<RunOptions, 'clock'>, signal: AbortSignal): Promise<CommandResult> {
    const env = engineEnvironment(this.#options.env);
    const command = { file: this.#options.command ?? this.name, args, env };
    return await runCommand(command, { ...call, clock: this.#options.clock }, signal);
  }
}

/** These programs look a name with `sha256:` in front up as a reference. */
function plainId(imageId: string): string {
  return imageId.replace(/^sha256:/, '');
}

interface BlobCount {
  readonly count: () => { readonly layers: number; readonly present: number };
  readonly onLine: (line: string) => void;
}

function countBlobs(): BlobCount {
  const copied = new Set<string>();
  const present = new Set<string>();
  const onLine = (line: string): void => {
    const [, blob, rest] = /^Copying blob (?:sha256:)?([0-9a-f]{12,})(.*)$/.exec(line) ?? [];
    if (blob !== undefined) (/skipped|already exists/.test(rest ?? '') ? present : copied).add(blob);
  };
  const count = (): { readonly layers: number; readonly present: number } => ({
    layers: [...copied].filter((blob) => !present.has(blob)).length,
    present: present.size,
  });
  return { count, onLine };
}

function pushFailed(reference: string, result: CommandResult): PushFailed {
  const last = result.tail.at(-1) ?? 'the engine gave no reason';
  return new PushFailed(pushFailureOf(result.tail.join('\n')), result.tail, `pushing ${reference} failed: ${last}`);
}

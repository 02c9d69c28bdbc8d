import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { BuildFailed, EngineUnavailable, PushFailed } from './build-errors.ts';
import { BuildLog } from './build-log.ts';
import type { Availability, Builder, BuildProgress, BuildRequest, BuiltImage, Destination } from './builder.ts';
import { checkDestination, checkRequest } from './check-request.ts';
import { cleanUp } from './clean-up.ts';
import { buildConfig, pushConfig, userDockerConfig } from './docker-config.ts';
import { architectureOfPlatform, digestIn, throwIfEngineGone } from './engine-call.ts';
import { type Environment, engineEnvironment } from './engine-environment.ts';
import { buildFailedAt, buildFailureOf, pushFailureOf } from './engine-words.ts';
import { lineMask, secretValues } from './mask-log.ts';
import { withPrivateFolder } from './private-folder.ts';
import { secretsOf } from './registry-auth.ts';
import { type CommandResult, runCommand } from './run-command.ts';
import { type StagedContext, stageContext } from './stage-context.ts';
import { sweepFolders } from './sweep-folders.ts';

export interface DockerBuilderOptions {
  /** The program; default `docker`, found on the PATH of `env`. */
  readonly command?: string;
  /** The user's own environment: says where the engine and its configuration are. */
  readonly env: Environment;
  /** Folder for private temporary folders. */
  readonly tempFolder: string;
  readonly clock: Clock;
}

/** How one command is run, besides its arguments. */
interface Call {
  readonly config?: string;
  readonly extra?: Readonly<Record<string, string>>;
  readonly mask?: (line: string) => string;
  readonly onLine?: (line: string) => void;
}

/** Docker through its own command line: buildx (BuildKit) where that is installed, the classic builder otherwise. */
export class DockerBuilder implements Builder {
  readonly name = 'docker';
  readonly #options: DockerBuilderOptions;
  readonly #command: string;

  constructor(options: DockerBuilderOptions) {
    this.#options = options;
    this.#command = options.command ?? 'docker';
  }

  async available(signal: AbortSignal): Promise<Availability> {
    try {
      const result = await this.#run(['version', '--format', '{{.Server.Version}}'], {}, signal);
      if (result.exitCode !== 0) return unreachable(result);
      const kind = (await this.#hasBuildx(signal)) ? 'buildx' : 'classic builder';
      return { kind: 'available', detail: `docker ${result.output.at(-1) ?? '?'}, ${kind}` };
    } catch (thrown) {
      if (!(thrown instanceof EngineUnavailable)) throw thrown;
      const remedy = 'Install Docker Engine (Debian and Ubuntu: `apt-get install docker.io`).';
      return { kind: 'missing', why: `${this.#command} is not installed.`, remedy };
    }
  }

  async build(request: BuildRequest, on: (progress: BuildProgress) => void, signal: AbortSignal): Promise<BuiltImage> {
    checkRequest(request);
    const { clock, tempFolder } = this.#options;
    const began = clock.elapsed();
    await sweepFolders(tempFolder, { clock }, signal);
    return await withPrivateFolder(tempFolder, async (folder) => {
      const staged = await stageContext(request.context, folder, signal);
      const config = await buildConfig(userDockerConfig(this.#options.env), folder);
      const log = new BuildLog(on);
      const imageId = await this.#buildStaged(request, staged, { folder, config, log }, signal);
      const built = await this.#name(imageId, request, signal);
      const seconds = (clock.elapsed() - began) / 1000;
      const size = built.sizeBytes === undefined ? {} : { sizeBytes: built.sizeBytes };
      on({ kind: 'done', seconds, ...size, cachedSteps: log.cachedSteps });
      return built;
    });
  }

  async #buildStaged(
    request: BuildRequest,
    staged: StagedContext,
    { folder, config, log }: { readonly folder: string; readonly config: string; readonly log: BuildLog },
    signal: AbortSignal,
  ): Promise<string> {
    const idFile = join(folder, 'image-id');
    const buildx = await this.#hasBuildx(signal);
    const args = [...(buildx ? BUILDX : CLASSIC), ...buildFlags(request), `--iidfile=${idFile}`];
    args.push(`--file=${staged.dockerfile}`, '--', staged.directory);
    // State of builders is kept in a folder of its own, which would be the user's; and no setting of theirs decides.
    const extra = { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_BUILDKIT: buildx ? '1' : '0' };
    const mask = lineMask(secretValues(request.args));
    const result = await this.#run(args, { config, extra, mask, onLine: (line) => log.take(line) }, signal);
    const imageId = digestIn(await readFile(idFile, 'utf8').catch(() => ''));
    if (result.exitCode === 0 && imageId !== undefined) return imageId;
    throwIfEngineGone(this.name, result);
    // An engine that is stopped kills the step first, and says no more than that.
    throwIfEngineGone(this.name, await this.#run(['version'], {}, signal));
    const kind = buildFailureOf(result.tail.join('\n'));
    throw new BuildFailed(kind, log.step, result.tail, buildFailedAt(log.step, result.tail));
  }

  /** Gives the image a name, so that it is not swept up as dangling before it is pushed. */
  async #name(imageId: string, { platform }: BuildRequest, signal: AbortSignal): Promise<BuiltImage> {
    const localRef = `evenkeel-build:${imageId.slice('sha256:'.length, 'sha256:'.length + 16)}`;
    const { architecture, sizeBytes } = await this.#inspect(imageId, signal);
    const wanted = architectureOfPlatform(platform);
    if (architecture !== wanted) {
      const message = `the image is built for ${architecture}, but the task runs on ${wanted}: the base image decides`;
      throw new BuildFailed('wrong-architecture', undefined, [], message);
    }
    await this.#mustRun(['image', 'tag', imageId, localRef], signal);
    return { imageId, localRef, sizeBytes };
  }

  async push(
    built: BuiltImage,
    to: Destination,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    checkDestination(to);
    const reference = `${to.registry}/${to.repository}:${to.tag}`;
    await this.#mustRun(['image', 'tag', built.imageId, reference], signal);
    try {
      return await this.#pushTagged(reference, to, on, signal);
    } finally {
      // Also after an abort: the name belongs to this push alone. The image keeps its local name.
      await cleanUp(this.#options.clock, (late) => this.#run(['image', 'rm', '--no-prune', reference], {}, late));
    }
  }

  async #pushTagged(
    reference: string,
    to: Destination,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    const mask = lineMask(secretsOf(to));
    const counts = { layers: 0, present: 0 };
    const onLine = (line: string): void => {
      if (/: Pushed$/.test(line)) counts.layers++;
      if (/: (Layer already exists|Mounted from .*)$/.test(line)) counts.present++;
    };
    const result = await withPrivateFolder(this.#options.tempFolder, async (folder) => {
      const config = await pushConfig(userDockerConfig(this.#options.env), folder, to);
      return await this.#run(['image', 'push', '--', reference], { config, mask, onLine }, signal);
    });
    const digest = digestIn(result.output.findLast((line) => line.includes('digest: ')) ?? '');
    if (result.exitCode === 0 && digest !== undefined) {
      on({ kind: 'pushed', ...counts });
      return { digest };
    }
    throwIfEngineGone(this.name, result);
    const last = result.tail.at(-1) ?? 'the engine gave no reason';
    throw new PushFailed(pushFailureOf(result.tail.join('\n')), result.tail, `pushing ${reference} failed: ${last}`);
  }

  async inspectArchitecture(built: BuiltImage, signal: AbortSignal): Promise<string> {
    return (await this.#inspect(built.imageId, signal)).architecture;
  }

  async discard(built: BuiltImage, signal: AbortSignal): Promise<void> {
    await this.#run(['image', 'rm', '--no-prune', built.localRef], {}, signal);
  }

  async #inspect(imageId: string, signal: AbortSignal): Promise<{ architecture: string; sizeBytes: number }> {
    const format = '{{.Architecture}} {{.Size}}';
    const result = await this.#mustRun(['image', 'inspect', '--format', format, imageId], signal);
    const [architecture = '', size = ''] = (result.output.at(-1) ?? '').split(' ');
    return { architecture, sizeBytes: Number(size) };
  }

  async #hasBuildx(signal: AbortSignal): Promise<boolean> {
    return (await this.#run(['buildx', 'version'], {}, signal)).exitCode === 0;
  }

  async #mustRun(args: readonly string[], signal: AbortSignal): Promise<CommandResult> {
    const result = await this.#run(args, {}, signal);
    if (result.exitCode === 0) return result;
    throw new EngineUnavailable(this.name, `docker ${args[0]} ${args[1]} failed: ${result.tail.join(' ')}`);
  }

  async #run(args: readonly string[], call: Call, signal: AbortSignal): Promise<CommandResult> {
    const own = userDockerConfig(this.#options.env);
    const config = call.config ?? own;
    const env = {
      ...engineEnvironment(this.#options.env),
      ...(config === undefined ? {} : { DOCKER_CONFIG: config }),
      ...call.extra,
    };
    const { mask, onLine } = call;
    const options = { clock: this.#options.clock, ...(mask && { mask }), ...(onLine && { onLine }) };
    return await runCommand({ file: this.#command, args, env }, options, signal);
  }
}

/** No provenance: BuildKit would write build arguments into it, and make an index of what is one image. */
const BUILDX = ['buildx', 'build', '--load', '--progress=plain', '--provenance=false', '--sbom=false'];
/** `--force-rm`: containers of steps go also when the build fails or is given up. */
const CLASSIC = ['image', 'build', '--force-rm'];

/** One argument each, `--flag=value`: no value can be taken for a flag. */
function buildFlags(request: BuildRequest): string[] {
  return [
    `--platform=${request.platform}`,
    ...(request.target === undefined ? [] : [`--target=${request.target}`]),
    ...(request.buildNetwork === undefined ? [] : [`--network=${request.buildNetwork}`]),
    ...Object.entries(request.args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...Object.entries(request.labels).map(([name, value]) => `--label=${name}=${value}`),
  ];
}

function unreachable(result: CommandResult): Availability {
  const why = `docker is installed, but its engine does not answer: ${result.tail.at(-1) ?? 'no reason given'}`;
  const remedy = 'Start it (`systemctl start docker`), or say where it is with DOCKER_HOST or `docker context use`.';
  return { kind: 'missing', why, remedy };
}

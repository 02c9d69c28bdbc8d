import type { Clock } from '../lib/clock.ts';
import { sha256 } from '../lib/hash.ts';
import { canonicalJson } from '../lib/json.ts';
import { Semaphore } from '../lib/semaphore.ts';
import { EngineUnavailable, PushFailed } from './build-errors.ts';
import type { BuildProgress, BuildRequest } from './builder.ts';
import { cleanUp } from './clean-up.ts';
import { ARCHIVE_VERSION, MAX_ARCHIVE_BYTES, packContext } from './codebuild-archive.ts';
import type { CodeBuildAws, CodeBuildPlace, RemoteBuild, RemoteOrder } from './codebuild-aws.ts';
import { failureOf } from './codebuild-failure.ts';
import { RemoteLog } from './codebuild-log.ts';
import { buildScript, DIGEST_VARIABLE, IMAGE_VARIABLE, imageOf } from './codebuild-script.ts';
import type { PushTarget } from './image-builds.ts';
import { destinationOf, type ImageMaker } from './image-maker.ts';
import { lineMask, secretValues } from './mask-log.ts';

export interface CodeBuildMakerOptions {
  readonly place: CodeBuildPlace;
  /** Of the controller's own account and region. */
  readonly aws: CodeBuildAws;
  readonly clock: Clock;
}

/** One build, from its context to its end. */
interface Job {
  readonly project: string;
  /** `registry/repository:tag` */
  readonly image: string;
  readonly order: RemoteOrder;
  readonly log: RemoteLog;
}

/** Often enough for people who watch; a build takes minutes. */
const POLL_MS = 5000;
/** A build that was just started may not be seen at once. */
const UNSEEN_MS = 60_000;

/**
 * Has AWS CodeBuild make and push an image, for a machine without an engine. Nothing of a build is kept here: one that is
 * under way is found again by the image it names, and the token of a start is made of what is started and of the build
 * for the same image before it.
 */
export class CodeBuildMaker implements ImageMaker {
  readonly #options: CodeBuildMakerOptions;
  /** One context at a time is held in memory. */
  readonly #packing = new Semaphore(1);

  constructor(options: CodeBuildMakerOptions) {
    this.#options = options;
  }

  /** On abort the build is stopped, whoever started it. */
  async make(
    request: BuildRequest,
    target: PushTarget,
    on: (progress: BuildProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly digest: string }> {
    const { aws, clock, place } = this.#options;
    const to = destinationOf(target);
    const { buildspec, variables } = buildScript(request, to);
    const began = clock.elapsed();
    const source = await this.#upload(request, to.tag, signal);
    const log = new RemoteLog(aws, lineMask(secretValues(request.args)), on);
    const project = projectFor(place, request);
    const order: RemoteOrder = {
      projectName: project,
      sourceTypeOverride: 'S3',
      sourceLocationOverride: source,
      artifactsOverride: { type: 'NO_ARTIFACTS' },
      buildspecOverride: buildspec,
      environmentVariablesOverride: variables,
      // Without it the Docker of the build environment cannot start (CodeBuild user guide, "Docker sample").
      privilegedModeOverride: true,
    };
    const job: Job = { project, image: imageOf(to), order, log };
    const digest = this.#judge(await this.#run(job, signal), job);
    on({ kind: 'done', seconds: (clock.elapsed() - began) / 1000, cachedSteps: log.cachedSteps });
    on({ kind: 'pushed', ...log.layers });
    return { digest };
  }

  /** Throws what the build came to, unless its image is where it should be. */
  #judge(build: RemoteBuild, { project, log }: Job): string {
    if (build.buildStatus === 'SUCCEEDED') {
      return build.exportedEnvironmentVariables?.find(({ name }) => name === DIGEST_VARIABLE)?.value ?? '';
    }
    const failure = failureOf(build, { ...this.#options.place, project }, log);
    // The tag names the content: whoever was first has pushed the same.
    if (failure instanceof PushFailed && failure.kind === 'tag-exists') return '';
    throw failure;
  }

  /** Where the context lies; it is sent only when it does not lie there yet, for the key names the content. */
  async #upload({ context }: BuildRequest, tag: string, signal: AbortSignal): Promise<string> {
    const { aws, place } = this.#options;
    const { bucket } = place;
    const key = [place.prefix, `${tag}.${ARCHIVE_VERSION}.zip`].filter((part) => part !== '').join('/');
    if (await aws.s3.hasObject({ bucket, key }, { signal })) return `${bucket}/${key}`;
    const stored = await this.#packing.run(async () => {
      const archive = await packContext(context, MAX_ARCHIVE_BYTES, signal);
      return await aws.s3.putObject({ bucket, key }, archive, { signal });
    }, signal);
    if (stored) return `${bucket}/${key}`;
    const message = `there is no S3 bucket ${bucket}, which EVENKEEL_CODEBUILD_BUCKET names for build contexts`;
    throw new EngineUnavailable('codebuild', message);
  }

  /** Follows the build of this image to its end. */
  async #run(job: Job, signal: AbortSignal): Promise<RemoteBuild> {
    const { aws, clock } = this.#options;
    const { running, last } = await this.#lookFor(job, signal);
    let id = running?.id;
    try {
      const build = running ?? (await this.#start(job, last, signal));
      id = build.id;
      return await this.#follow(build, job.log, signal);
    } catch (thrown) {
      if (signal.aborted) {
        await cleanUp(clock, async (late) => {
          // A start that was given up may have started something.
          const left = id ?? (await this.#lookFor(job, late)).running?.id;
          if (left !== undefined) await aws.codeBuild.stopBuild(left, { signal: late });
        });
      }
      throw thrown;
    }
  }

  /** Among the project's newest hundred: the build of this image that is under way, and else the last that was. */
  async #lookFor(
    { project, image }: Job,
    signal: AbortSignal,
  ): Promise<{ readonly running: RemoteBuild | undefined; readonly last: RemoteBuild | undefined }> {
    const newest = await this.#options.aws.codeBuild.newestBuilds(project, { signal });
    if (newest === undefined) throw this.#noProject(project);
    const same = newest.filter((build) => variableIn(build, IMAGE_VARIABLE) === image);
    return { running: same.find((build) => !hasEnded(build)), last: same.find(hasEnded) };
  }

  /** The token is another one after each end of a build: within five minutes the same one would answer the old build. */
  async #start({ project, order }: Job, last: RemoteBuild | undefined, signal: AbortSignal): Promise<RemoteBuild> {
    const idempotencyToken = sha256(canonicalJson([order, last?.id ?? '']));
    const started = await this.#options.aws.codeBuild.startBuild({ ...order, idempotencyToken }, { signal });
    if (started === undefined) throw this.#noProject(project);
    return started;
  }

  async #follow(first: RemoteBuild, log: RemoteLog, signal: AbortSignal): Promise<RemoteBuild> {
    const { aws, clock } = this.#options;
    const id = first.id ?? '';
    let seenAt = clock.elapsed();
    for (let build = first; ; ) {
      const ended = hasEnded(build);
      await log.read(build, ended, signal);
      if (ended) return build;
      // At the same moments for all builds, so that one call describes them all.
      await clock.sleep(POLL_MS - (clock.elapsed() % POLL_MS), signal);
      const now = await aws.codeBuild.describeBuild(id, { signal });
      if (now !== undefined) seenAt = clock.elapsed();
      else if (clock.elapsed() - seenAt > UNSEEN_MS)
        throw new EngineUnavailable('codebuild', `CodeBuild does not know its build ${id}`);
      build = now ?? build;
    }
  }

  #noProject(project: string): EngineUnavailable {
    const { aws, place } = this.#options;
    const option = project === place.project ? 'EVENKEEL_CODEBUILD_PROJECT' : 'EVENKEEL_CODEBUILD_ARM64_PROJECT';
    const message = `there is no CodeBuild project ${project} in ${aws.region}, which ${option} names`;
    return new EngineUnavailable('codebuild', message);
  }
}

function projectFor({ project, arm64Project }: CodeBuildPlace, { platform }: BuildRequest): string {
  return platform === 'linux/arm64' ? (arm64Project ?? project) : project;
}

function hasEnded({ buildStatus }: RemoteBuild): boolean {
  return buildStatus !== undefined && buildStatus !== 'IN_PROGRESS';
}

function variableIn({ environment }: RemoteBuild, wanted: string): string | undefined {
  return environment?.environmentVariables?.find(({ name }) => name === wanted)?.value;
}

import type { StartBuildInput } from '../../aws/codebuild-operations.ts';
import type { AwsFault } from '../../aws/errors.ts';
import { canonicalJson } from '../../lib/json.ts';
import { beginLife, hasLog, stop } from '../codebuild/build-life.ts';
import { logPlace } from '../codebuild/build-log.ts';
import type { BuildRecord, ProjectRecord } from '../codebuild/build-record.ts';
import { today } from '../environment.ts';
import type { Handlers } from '../handler.ts';
import { uuid } from '../ids.ts';
import { paginate } from '../page.ts';
import { fault } from '../refusals.ts';
import type { Region } from '../region.ts';

/** SDK, StartBuildInput, idempotencyToken. */
const TOKEN_VALID_MS = 5 * 60_000;
/** The oldest builds make room: a world may run for long. */
const KEPT_BUILDS = 1000;

const invalid = (message: string): AwsFault => fault('InvalidInputException', message);

export const CODEBUILD: Handlers = {
  CreateProject(region, input: { readonly name: string }) {
    if (region.projects.has(input.name)) {
      throw fault('ResourceAlreadyExistsException', `Project already exists: ${projectArn(region, input.name)}`);
    }
    const project = { ...input, arn: projectArn(region, input.name), created: today(region.environment) };
    region.projects.set(input.name, { project, builds: 0 });
    return { project };
  },

  StartBuild(region, input: StartBuildInput) {
    const project = knownProject(region, input.projectName);
    return { build: buildView(region, repeated(region, input) ?? started(region, project, input)) };
  },

  BatchGetBuilds(region, { ids }: { readonly ids: readonly string[] }) {
    if (ids.length === 0 || ids.length > 100) throw invalid('ids must have between 1 and 100 items.');
    const malformed = ids.find((id) => !id.includes(':'));
    if (malformed !== undefined) throw invalid('Invalid build ID provided');
    const builds = ids.flatMap((id) => region.builds.get(id) ?? []).map((build) => buildView(region, build));
    return { builds, buildsNotFound: ids.filter((id) => !region.builds.has(id)) };
  },

  ListBuildsForProject(region, input: ListInput) {
    knownProject(region, input.projectName);
    const ids = [...region.builds.values()]
      .filter((build) => build.input.projectName === input.projectName)
      .map(({ id }) => id);
    if (input.sortOrder !== 'ASCENDING') ids.reverse();
    const { nextToken: token } = input;
    const { items, next } = paginate(ids, {
      token,
      size: undefined,
      defaultSize: 100,
      maxSize: 100,
      rotation: 0,
      refuse: invalid,
    });
    return { ids: items, ...(next !== undefined && { nextToken: next }) };
  },

  StopBuild(region, { id }: { readonly id: string }) {
    const build = region.builds.get(id);
    if (build === undefined) throw fault('ResourceNotFoundException', `Build ${id} does not exist`);
    stop(region, build);
    return { build: buildView(region, build) };
  },
};

interface ListInput {
  readonly projectName: string;
  readonly sortOrder?: string;
  readonly nextToken?: string;
}

function projectArn(region: Region, name: string): string {
  return region.arn('codebuild', `project/${name}`);
}

function knownProject(region: Region, name: string): ProjectRecord {
  const known = region.projects.get(name);
  if (known !== undefined) return known;
  if (!region.environment.options.impliedProjects) {
    throw fault('ResourceNotFoundException', `Project cannot be found: ${projectArn(region, name)}`);
  }
  const implied = { project: { name }, builds: 0 };
  region.projects.set(name, implied);
  return implied;
}

/** The build that the same call started less than five minutes ago. */
function repeated(region: Region, input: StartBuildInput): BuildRecord | undefined {
  const token = input.idempotencyToken;
  if (token === undefined) return undefined;
  const since = region.environment.now() - TOKEN_VALID_MS;
  const same = [...region.builds.values()].find(
    (build) => build.input.idempotencyToken === token && build.startedAt.getTime() > since,
  );
  if (same === undefined || canonicalJson(same.input) === canonicalJson(input)) return same;
  throw invalid('The parameters do not match those of the request that the idempotency token was used with.');
}

function started(region: Region, project: ProjectRecord, input: StartBuildInput): BuildRecord {
  const { environment } = region;
  const build: BuildRecord = {
    id: `${input.projectName}:${uuid(environment.random)}`,
    number: ++project.builds,
    input,
    startedAt: today(environment),
    endedAt: undefined,
    status: 'IN_PROGRESS',
    phases: [],
    digest: undefined,
  };
  region.builds.set(build.id, build);
  const [oldest] = region.builds.keys();
  if (region.builds.size > KEPT_BUILDS && oldest !== undefined) region.builds.delete(oldest);
  beginLife(region, build);
  return build;
}

function buildView(region: Region, build: BuildRecord): object {
  const { input, phases } = build;
  const current = phases.at(-1)!.phaseType;
  const { group, stream } = logPlace(build);
  const logged = phases.some(({ phaseType }) => hasLog(phaseType));
  return {
    id: build.id,
    arn: region.arn('codebuild', `build/${build.id}`),
    buildNumber: build.number,
    projectName: input.projectName,
    startTime: build.startedAt,
    ...(build.endedAt !== undefined && { endTime: build.endedAt }),
    currentPhase: current,
    buildStatus: build.status,
    buildComplete: build.status !== 'IN_PROGRESS',
    phases,
    source: { type: input.sourceTypeOverride, location: input.sourceLocationOverride },
    environment: {
      privilegedMode: input.privilegedModeOverride ?? false,
      environmentVariables: input.environmentVariablesOverride ?? [],
    },
    logs: logged ? { groupName: group, streamName: stream } : {},
    ...(build.digest !== undefined && {
      exportedEnvironmentVariables: [{ name: 'EVENKEEL_DIGEST', value: build.digest }],
    }),
  };
}

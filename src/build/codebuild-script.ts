import { canonicalJson } from '../lib/json.ts';
import type { BuildRequest, Destination } from './builder.ts';
import { checkDestination, checkRequest } from './check-request.ts';
import { architectureOfPlatform } from './engine-call.ts';

/** Names the image that a build makes: in its environment, and so in every description of it. */
export const IMAGE_VARIABLE = 'EVENKEEL_IMAGE';
/** Holds the digest that was pushed; exported by the build. */
export const DIGEST_VARIABLE = 'EVENKEEL_DIGEST';

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: 'PLAINTEXT';
}

/** What CodeBuild is to run, and the environment it is run in. */
export interface BuildScript {
  /** JSON, which is YAML too. */
  readonly buildspec: string;
  /** Sorted by name. */
  readonly variables: readonly Variable[];
}

/** How the commands begin by which a failure is known. */
export const DOCKER_BUILD = 'docker build ';
export const DOCKER_PUSH = 'docker push ';
export const CHECK_ARCHITECTURE = 'test "$(docker image inspect ';

/**
 * The commands that make and push an image. No value is part of a command: each is in a variable of the environment, and
 * a shell does not read the value of a variable again when it is between double quotes. What is written out are names of
 * build arguments, which are letters, digits and underscores. CodeBuild's own role logs in to the registry. Throws
 * BuildRefused.
 */
export function buildScript(request: BuildRequest, to: Destination): BuildScript {
  checkRequest(request);
  checkDestination(to);
  const phases = { pre_build: { commands: preparation(to) }, build: { commands: building(request) } };
  const env = { 'exported-variables': [DIGEST_VARIABLE], variables: DOCKER_SETTINGS };
  return { buildspec: canonicalJson({ version: 0.2, env, phases }), variables: variablesOf(request, to) };
}

/** One step a line, and no provenance: it would hold the build arguments, and make an index of what is one image. */
const DOCKER_SETTINGS = { BUILDKIT_PROGRESS: 'plain', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

function preparation({ registry }: Destination): readonly string[] {
  const region = regionOf(registry) === undefined ? '' : ' --region "$EVENKEEL_REGISTRY_REGION"';
  return [
    `aws ecr get-login-password${region} | docker login --username AWS --password-stdin "$EVENKEEL_REGISTRY"`,
    'mkdir context && tar -xzf context.tar.gz -C context',
  ];
}

function building({ args, labels, target, buildNetwork }: BuildRequest): readonly string[] {
  const flags = [
    '--platform="$EVENKEEL_PLATFORM"',
    ...(target === undefined ? [] : ['--target="$EVENKEEL_TARGET"']),
    ...(buildNetwork === undefined ? [] : [`--network=${buildNetwork}`]),
    ...sortedNames(args).map((name) => `--build-arg="${name}=$${argVariable(name)}"`),
    ...sortedNames(labels).map((_, index) => `--label="$${labelVariable(index)}"`),
    `--tag="$${IMAGE_VARIABLE}"`,
    '--file=Dockerfile',
  ];
  return [
    `${DOCKER_BUILD}${flags.join(' ')} -- context`,
    `${CHECK_ARCHITECTURE}--format '{{.Architecture}}' "$${IMAGE_VARIABLE}")" = "$EVENKEEL_ARCHITECTURE"`,
    `${DOCKER_PUSH}"$${IMAGE_VARIABLE}"`,
    `${DIGEST_VARIABLE}="$(docker image inspect --format '{{index .RepoDigests 0}}' "$${IMAGE_VARIABLE}")"`,
    `export ${DIGEST_VARIABLE}="\${${DIGEST_VARIABLE}##*@}"`,
  ];
}

function variablesOf(request: BuildRequest, to: Destination): readonly Variable[] {
  const region = regionOf(to.registry);
  const values: readonly (readonly [string, string])[] = [
    [IMAGE_VARIABLE, imageOf(to)],
    ['EVENKEEL_REGISTRY', to.registry],
    ...(region === undefined ? [] : [['EVENKEEL_REGISTRY_REGION', region] as const]),
    ['EVENKEEL_PLATFORM', request.platform],
    ['EVENKEEL_ARCHITECTURE', architectureOfPlatform(request.platform)],
    ...(request.target === undefined ? [] : [['EVENKEEL_TARGET', request.target] as const]),
    ...sortedNames(request.args).map((name) => [argVariable(name), request.args[name] ?? ''] as const),
    ...sortedNames(request.labels).map(
      (name, index) => [labelVariable(index), `${name}=${request.labels[name]}`] as const,
    ),
  ];
  const variables = values.map(([name, value]): Variable => ({ name, value, type: 'PLAINTEXT' }));
  return variables.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A name of our own in front: an argument may be called PATH. */
function argVariable(name: string): string {
  return `EVENKEEL_ARG_${name}`;
}

/** Names of labels hold what names of variables may not. */
function labelVariable(index: number): string {
  return `EVENKEEL_LABEL_${index}`;
}

function sortedNames(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(values).sort();
}

export function imageOf({ registry, repository, tag }: Destination): string {
  return `${registry}/${repository}:${tag}`;
}

/** Where a registry of ECR is (ECR user guide, "Private registry"); undefined for any other. */
function regionOf(registry: string): string | undefined {
  return /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\./.exec(registry)?.[1];
}

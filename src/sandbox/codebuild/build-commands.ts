import { AwsFault } from '../../aws/errors.ts';
import { sha256 } from '../../lib/hash.ts';
import { isJsonObject } from '../../lib/json.ts';
import { putImage } from '../ecr/images.ts';
import { registryHost } from '../ecr/repositories.ts';
import type { Region } from '../region.ts';
import { print } from './build-log.ts';
import { type BuildRecord, type Failure, variableOf } from './build-record.ts';

/** Names the image that a build is to push. */
export const IMAGE_VARIABLE = 'EVENKEEL_IMAGE';

/** DOWNLOAD_SOURCE: the object must be there. */
export function downloadSource(region: Region, { input }: BuildRecord): Failure | undefined {
  if (input.sourceTypeOverride !== 'S3') return undefined;
  const location = input.sourceLocationOverride ?? '';
  const slash = location.indexOf('/');
  if (region.buckets.get(location.slice(0, slash))?.has(location.slice(slash + 1)) === true) return undefined;
  const message = `NoSuchKey: The specified key does not exist. for primary source and source version `;
  return { ending: 'FAILED', code: 'CLIENT_ERROR', message };
}

/**
 * BUILD: no command is run. What running them would come to, the sandbox does itself: a few plausible lines, and the
 * image that the build's environment names is in ECR.
 */
export function runCommands(region: Region, build: BuildRecord): Failure | undefined {
  const image = variableOf(build.input, IMAGE_VARIABLE);
  print(region, build, BUILT);
  if (image === undefined) return undefined;
  print(region, build, [`The push refers to repository [${image.slice(0, image.lastIndexOf(':'))}]`]);
  try {
    build.digest = push(region, build, image);
    print(region, build, [
      '5f70bf18a086: Layer already exists',
      '0a1b2c3d4e5f: Pushed',
      `${image.slice(image.lastIndexOf(':') + 1)}: digest: ${build.digest} size: 1570`,
    ]);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof AwsFault)) throw thrown;
    print(region, build, [thrown.message]);
    return commandFailed(build, 'docker push');
  }
}

const BUILT: readonly string[] = [
  '#1 [internal] load build definition from Dockerfile',
  '#5 [1/3] FROM docker.io/library/python:3.13-slim',
  '#5 CACHED',
  '#6 [2/3] COPY . .',
  '#6 DONE 0.1s',
  '#7 [3/3] RUN pip install --requirement requirements.txt',
  '#7 DONE 6.2s',
  '#8 exporting to image',
];

export const FAILED_STEP: readonly string[] = [
  '#5 [1/3] FROM docker.io/library/python:3.13-slim',
  '#6 [2/3] COPY . .',
  '#7 [3/3] RUN pip install --requirement requirements.txt',
  '#7 1.234 ERROR: No matching distribution found for nosuchpackage',
  '#7 ERROR: process "/bin/sh -c pip install --requirement requirements.txt" did not complete successfully: exit code: 1',
];

/** In CodeBuild's words, which repeat the whole command. */
export function commandFailed({ input }: BuildRecord, begins: string): Failure {
  const command = commandsOf(input.buildspecOverride).find((text) => text.startsWith(begins)) ?? begins;
  const message = `Error while executing command: ${command}. Reason: exit status 1`;
  return { ending: 'FAILED', code: 'COMMAND_EXECUTION_ERROR', message };
}

/** Throws `AwsFault` where a registry would refuse the push. */
function push(region: Region, { input }: BuildRecord, image: string): string {
  const [, host, repositoryName = '', imageTag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(image) ?? [];
  const record = host === registryHost(region) ? region.repositories.get(repositoryName) : undefined;
  if (record === undefined) {
    const words = `name unknown: The repository with name '${repositoryName}' does not exist in the registry with id '${region.account}'`;
    throw new AwsFault('NAME_UNKNOWN', words);
  }
  const config = `sha256:${sha256(JSON.stringify([image, input.sourceLocationOverride]))}`;
  const imageManifest = JSON.stringify({ schemaVersion: 2, config: { digest: config, size: 1 }, layers: [] });
  return putImage(region, record, { repositoryName, imageTag, imageManifest }).digest;
}

function commandsOf(buildspec: string | undefined): readonly string[] {
  try {
    const spec: unknown = JSON.parse(buildspec ?? '');
    const phases = isJsonObject(spec) && isJsonObject(spec['phases']) ? Object.values(spec['phases']) : [];
    return phases.flatMap((phase) => {
      const commands = isJsonObject(phase) ? phase['commands'] : undefined;
      return Array.isArray(commands) ? commands.map(String) : [];
    });
  } catch {
    return [];
  }
}

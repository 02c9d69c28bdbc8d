import { fault } from '../refusals.ts';
import type { Region } from '../region.ts';
import type { StandInRegistry } from '../sandbox-options.ts';
import { type ImageId, recordPushed } from './images.ts';

/** What a manifest may be that ECR stores. */
const MEDIA_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');
const TIMEOUT_MS = 10_000;

/**
 * Has the region know what the registry that stands for ECR's holds of the images a BatchGetImage asks for. Throws
 * ServerException when the registry does not answer, or not by the protocol of the OCI distribution specification.
 */
export async function learnOfPushes(
  registry: StandInRegistry,
  region: Region,
  input: { readonly repositoryName?: string; readonly imageIds?: readonly ImageId[] },
  signal: AbortSignal,
): Promise<void> {
  const record = region.repositories.get(input.repositoryName ?? '');
  if (record === undefined) return;
  for (const { imageTag, imageDigest } of input.imageIds ?? []) {
    const manifest = await ask(registry, `${input.repositoryName}/manifests/${imageDigest ?? imageTag}`, signal);
    if (manifest !== undefined)
      recordPushed(region, record, manifest, imageDigest === undefined ? imageTag : undefined);
  }
}

interface Manifest {
  readonly imageManifest: string;
  readonly imageManifestMediaType?: string;
}

async function ask(
  { host, password }: StandInRegistry,
  path: string,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
  const answer = await fetch(`http://${host}/v2/${path}`, {
    headers: { accept: MEDIA_TYPES, authorization },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).catch((): undefined => {
    signal.throwIfAborted();
  });
  if (answer?.status === 404) return undefined;
  const imageManifest = (await answer?.text()) ?? '';
  if (answer?.status !== 200) throw unavailable(`${host} answers ${answer?.status ?? 'nothing'}`);
  const imageManifestMediaType = answer.headers.get('content-type') ?? undefined;
  return { imageManifest, ...(imageManifestMediaType === undefined ? {} : { imageManifestMediaType }) };
}

function unavailable(why: string): Error {
  return fault('ServerException', `The registry that stands for ECR's cannot be asked: ${why}.`, 500);
}

import { sha256 } from '../../lib/hash.ts';
import { isJsonObject } from '../../lib/json.ts';
import { today } from '../environment.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import type { ImageRecord, RepositoryRecord } from './repository-record.ts';

export interface ImageId {
  readonly imageTag?: string;
  readonly imageDigest?: string;
}
export interface PutImageInput extends ImageId {
  readonly repositoryName: string;
  readonly imageManifest: string;
  readonly imageManifestMediaType?: string;
}

/** PutImage: the digest is the SHA-256 of the manifest's bytes. Layers are not asked for. */
export function putImage(region: Region, record: RepositoryRecord, input: PutImageInput): ImageRecord {
  const { imageManifest, imageTag } = input;
  const digest = `sha256:${sha256(imageManifest)}`;
  const mediaType = input.imageManifestMediaType ?? mediaTypeOf(imageManifest);
  if (input.imageDigest !== undefined && input.imageDigest !== digest) {
    throw fault('ImageDigestDoesNotMatchException', 'The provided digest does not match the digest of the manifest.');
  }
  const tagged = imageTag === undefined ? undefined : imageByTag(record, imageTag);
  const known = record.images.get(digest);
  if (known !== undefined && (imageTag === undefined || tagged === known)) {
    throw fault('ImageAlreadyExistsException', `Image with digest '${digest}' and tag '${imageTag}' already exists.`);
  }
  if (tagged !== undefined && isImmutable(record, imageTag!)) {
    throw fault(
      'ImageTagAlreadyExistsException',
      `The image tag '${imageTag}' already exists in the '${input.repositoryName}' repository and cannot be ` +
        'overwritten because the tag is immutable.',
    );
  }
  return recordPushed(region, record, { imageManifest, imageManifestMediaType: mediaType }, imageTag);
}

/** What is there after a push that nobody had a reason to refuse. */
export function recordPushed(
  region: Region,
  record: RepositoryRecord,
  { imageManifest, imageManifestMediaType }: Pick<PutImageInput, 'imageManifest' | 'imageManifestMediaType'>,
  tag: string | undefined,
): ImageRecord {
  const digest = `sha256:${sha256(imageManifest)}`;
  const image = record.images.get(digest) ?? {
    digest,
    manifest: imageManifest,
    mediaType: imageManifestMediaType ?? mediaTypeOf(imageManifest),
    tags: new Set(),
    pushedAt: today(region.environment),
  };
  record.images.set(digest, image);
  if (tag === undefined) return image;
  imageByTag(record, tag)?.tags.delete(tag);
  image.tags.add(tag);
  return image;
}

export function findImage(record: RepositoryRecord, { imageDigest, imageTag }: ImageId): ImageRecord | undefined {
  const byDigest = imageDigest === undefined ? undefined : record.images.get(imageDigest);
  if (imageTag === undefined) return byDigest;
  const byTag = imageByTag(record, imageTag);
  return imageDigest === undefined || byDigest === byTag ? byTag : undefined;
}

function imageByTag(record: RepositoryRecord, tag: string): ImageRecord | undefined {
  return [...record.images.values()].find(({ tags }) => tags.has(tag));
}

function isImmutable({ repository }: RepositoryRecord, tag: string): boolean {
  const mutability = repository.imageTagMutability;
  const filters = (repository['imageTagMutabilityExclusionFilters'] ?? []) as readonly { readonly filter: string }[];
  const excluded = filters.some(({ filter }) => wildcard(filter).test(tag));
  if (mutability === 'IMMUTABLE_WITH_EXCLUSION') return !excluded;
  return mutability === 'IMMUTABLE' || (mutability === 'MUTABLE_WITH_EXCLUSION' && excluded);
}

function wildcard(filter: string): RegExp {
  const parts = filter.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

function mediaTypeOf(manifest: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(manifest);
  } catch {
    throw invalidParameter("Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
  }
  const mediaType = isJsonObject(parsed) ? parsed['mediaType'] : undefined;
  return typeof mediaType === 'string' ? mediaType : 'application/vnd.docker.distribution.manifest.v2+json';
}

import { sha256 } from '../../lib/hash.ts';
import { findImage, type ImageId, type PutImageInput, putImage } from '../ecr/images.ts';
import { knownRepository } from '../ecr/repositories.ts';
import type { ImageRecord } from '../ecr/repository-record.ts';
import type { Handlers } from '../handler.ts';
import { paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';

interface ImagesInput {
  readonly repositoryName: string;
  readonly registryId?: string;
  readonly imageIds?: readonly ImageId[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Images that nobody pushed, in a repository that nobody created. */
function impliedImages(repositoryName: string, imageIds: readonly ImageId[]): object {
  const images = imageIds.map(({ imageTag, imageDigest }) => ({
    repositoryName,
    imageId: {
      imageDigest: imageDigest ?? `sha256:${sha256(`${repositoryName}:${imageTag ?? ''}`)}`,
      ...(imageTag === undefined ? {} : { imageTag }),
    },
  }));
  return { images, failures: [] };
}

export const ECR_IMAGES: Handlers = {
  PutImage(region, input: PutImageInput) {
    const image = putImage(region, knownRepository(region, input.repositoryName), input);
    return { image: imageView(region, input.repositoryName, image, input.imageTag) };
  },

  BatchGetImage(region, { repositoryName, registryId, imageIds = [] }: ImagesInput) {
    const elsewhere = registryId !== undefined && registryId !== region.account;
    const unknown = elsewhere || !region.repositories.has(repositoryName);
    if (unknown && region.environment.options.impliedImages) return impliedImages(repositoryName, imageIds);
    const record = knownRepository(region, repositoryName);
    if (imageIds.length === 0 || imageIds.length > 100) throw invalidParameter('imageIds must have 1 to 100 items.');
    const found = imageIds.map((imageId) => ({ imageId, image: findImage(record, imageId) }));
    return {
      images: found.flatMap(({ imageId, image }) =>
        image === undefined ? [] : [imageView(region, repositoryName, image, imageId.imageTag)],
      ),
      failures: found
        .filter(({ image }) => image === undefined)
        .map(({ imageId }) => ({
          imageId,
          failureCode: 'ImageNotFound',
          failureReason: 'Requested image not found',
        })),
    };
  },

  DescribeImages(region, input: ImagesInput) {
    const record = knownRepository(region, input.repositoryName);
    const images = input.imageIds?.map((imageId) => {
      const image = findImage(record, imageId);
      if (image === undefined) {
        throw fault('ImageNotFoundException', `The image with imageId ${JSON.stringify(imageId)} does not exist.`);
      }
      return image;
    });
    const { items, next } = page(region, images ?? [...record.images.values()], input);
    const imageDetails = items.map((image) => detailView(region, input.repositoryName, image));
    return { imageDetails, ...(next !== undefined && { nextToken: next }) };
  },

  ListImages(region, input: ImagesInput) {
    const record = knownRepository(region, input.repositoryName);
    const ids = [...record.images.values()].flatMap(({ digest, tags }) =>
      tags.size === 0 ? [{ imageDigest: digest }] : [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })),
    );
    const { items, next } = page(region, ids, input);
    return { imageIds: items, ...(next !== undefined && { nextToken: next }) };
  },
};

function imageView(region: Region, repositoryName: string, image: ImageRecord, imageTag: string | undefined): object {
  return {
    registryId: region.account,
    repositoryName,
    imageId: { imageDigest: image.digest, ...(imageTag !== undefined && { imageTag }) },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}

function detailView(region: Region, repositoryName: string, image: ImageRecord): object {
  return {
    registryId: region.account,
    repositoryName,
    imageDigest: image.digest,
    ...(image.tags.size > 0 && { imageTags: [...image.tags] }),
    imageSizeInBytes: Buffer.byteLength(image.manifest),
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    imageStatus: 'ACTIVE',
  };
}

function page<Item>(region: Region, items: readonly Item[], input: ImagesInput): ReturnType<typeof paginate<Item>> {
  return paginate(items, {
    token: input.nextToken,
    size: input.maxResults,
    defaultSize: 100,
    maxSize: 1000,
    rotation: region.nextRotation(),
    refuse: invalidParameter,
  });
}

import type { OpenShape } from '../../aws/shape.ts';

export interface ImageRecord {
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly tags: Set<string>;
  readonly pushedAt: Date;
}

export interface RepositoryRecord {
  repository: OpenShape & {
    readonly repositoryName: string;
    readonly repositoryArn: string;
    readonly imageTagMutability: string;
  };
  lifecyclePolicyText: string | undefined;
  /** By digest. */
  readonly images: Map<string, ImageRecord>;
  tags: ReadonlyMap<string, string>;
}

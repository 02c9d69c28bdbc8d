import type { OpenShape } from '../../aws/shape.ts';
import { today } from '../environment.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import type { RepositoryRecord } from './repository-record.ts';

const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export interface EcrTag {
  readonly Key: string;
  readonly Value: string;
}
export interface CreateRepositoryInput extends OpenShape {
  readonly repositoryName: string;
  readonly tags?: readonly EcrTag[];
  readonly imageTagMutability?: string;
  readonly encryptionConfiguration?: { readonly encryptionType?: string; readonly kmsKey?: string };
}

/** CreateRepository. */
export function createRepository(region: Region, input: CreateRepositoryInput): RepositoryRecord {
  const { repositoryName, tags = [], encryptionConfiguration: encryption = {} } = input;
  if (!NAME.test(repositoryName ?? '') || repositoryName.length < 2 || repositoryName.length > 256) {
    throw invalidParameter("Invalid parameter at 'repositoryName' failed to satisfy constraint.");
  }
  if (region.repositories.has(repositoryName)) {
    throw fault(
      'RepositoryAlreadyExistsException',
      `The repository with name '${repositoryName}' already exists in the registry with id '${region.account}'`,
    );
  }
  const kms = (encryption.encryptionType ?? 'AES256') !== 'AES256';
  const filters = input['imageTagMutabilityExclusionFilters'];
  const record: RepositoryRecord = {
    repository: {
      repositoryArn: region.arn('ecr', `repository/${repositoryName}`),
      registryId: region.account,
      repositoryName,
      repositoryUri: `${registryHost(region)}/${repositoryName}`,
      createdAt: today(region.environment),
      imageTagMutability: input.imageTagMutability ?? 'MUTABLE',
      ...(filters !== undefined && { imageTagMutabilityExclusionFilters: filters }),
      imageScanningConfiguration: input['imageScanningConfiguration'] ?? { scanOnPush: false },
      encryptionConfiguration: {
        encryptionType: encryption.encryptionType ?? 'AES256',
        ...(kms && { kmsKey: encryption.kmsKey ?? region.arn('kms', 'key/00000000-0000-4000-a000-000000000000') }),
      },
    },
    lifecyclePolicyText: undefined,
    images: new Map(),
    tags: new Map(tags.map(({ Key, Value }) => [Key, Value])),
  };
  region.repositories.set(repositoryName, record);
  return record;
}

/** Where images of this account and region go. */
export function registryHost({ account, name, environment }: Region): string {
  return environment.options.registry?.host ?? `${account}.dkr.ecr.${name}.amazonaws.com`;
}

export function knownRepository(region: Region, name: string | undefined): RepositoryRecord {
  const record = region.repositories.get(name ?? '');
  if (record !== undefined) return record;
  throw fault(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${region.account}'`,
  );
}

export function repositoryByArn(region: Region, arn: string | undefined): RepositoryRecord {
  const prefix = region.arn('ecr', 'repository/');
  if (arn?.startsWith(prefix) !== true) throw invalidParameter('Invalid parameter at resourceArn.');
  return knownRepository(region, arn.slice(prefix.length));
}

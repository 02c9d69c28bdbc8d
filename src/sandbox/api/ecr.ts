import type { OpenShape } from '../../aws/shape.ts';
import {
  type CreateRepositoryInput,
  createRepository,
  type EcrTag,
  knownRepository,
  registryHost,
  repositoryByArn,
} from '../ecr/repositories.ts';
import type { Handlers } from '../handler.ts';
import { hexId } from '../ids.ts';
import { type Page, paginate } from '../page.ts';
import { fault, invalidParameter } from '../refusals.ts';
import type { Region } from '../region.ts';
import { ECR_IMAGES } from './ecr-images.ts';

interface Named {
  readonly repositoryName: string;
}
interface DescribeInput {
  readonly repositoryNames?: readonly string[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}
const HALF_A_DAY_MS = 12 * 3_600_000;

export const ECR: Handlers = {
  ...ECR_IMAGES,

  CreateRepository(region, input: CreateRepositoryInput) {
    return { repository: createRepository(region, input).repository };
  },

  DescribeRepositories(region, input: DescribeInput) {
    const names = input.repositoryNames;
    if (names !== undefined && names.length > 100)
      throw invalidParameter('repositoryNames can have at most 100 items.');
    if (names !== undefined) {
      return { repositories: names.map((name) => knownRepository(region, name).repository) };
    }
    const all = [...region.repositories.values()].map(({ repository }) => repository);
    const { items, next } = page(region, all, input);
    return { repositories: items, ...(next !== undefined && { nextToken: next }) };
  },

  DeleteRepository(region, { repositoryName, force }: Named & { readonly force?: boolean }) {
    const { repository, images } = knownRepository(region, repositoryName);
    if (images.size > 0 && force !== true) {
      throw fault(
        'RepositoryNotEmptyException',
        `The repository with name '${repositoryName}' in registry with id '${region.account}' cannot be deleted ` +
          'because it still contains images',
      );
    }
    region.repositories.delete(repositoryName);
    return { repository };
  },

  PutImageTagMutability(region, input: Named & OpenShape & { readonly imageTagMutability: string }) {
    const record = knownRepository(region, input.repositoryName);
    const { imageTagMutabilityExclusionFilters: _, ...repository } = record.repository;
    const filters = input['imageTagMutabilityExclusionFilters'];
    const { imageTagMutability } = input;
    record.repository = {
      ...(repository as typeof record.repository),
      imageTagMutability,
      ...(filters !== undefined && { imageTagMutabilityExclusionFilters: filters }),
    };
    return { registryId: region.account, repositoryName: input.repositoryName, imageTagMutability };
  },

  PutImageScanningConfiguration(region, input: Named & { readonly imageScanningConfiguration: OpenShape }) {
    const record = knownRepository(region, input.repositoryName);
    record.repository = { ...record.repository, imageScanningConfiguration: input.imageScanningConfiguration };
    return { registryId: region.account, ...input };
  },

  PutLifecyclePolicy(region, input: Named & { readonly lifecyclePolicyText: string }) {
    const record = knownRepository(region, input.repositoryName);
    try {
      JSON.parse(input.lifecyclePolicyText);
    } catch {
      throw invalidParameter("Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint.");
    }
    record.lifecyclePolicyText = input.lifecyclePolicyText;
    return policyView(region, input.repositoryName, input.lifecyclePolicyText);
  },
  GetLifecyclePolicy(region, { repositoryName }: Named) {
    return policyView(region, repositoryName, policyText(region, repositoryName));
  },
  DeleteLifecyclePolicy(region, { repositoryName }: Named) {
    const text = policyText(region, repositoryName);
    knownRepository(region, repositoryName).lifecyclePolicyText = undefined;
    return policyView(region, repositoryName, text);
  },

  GetAuthorizationToken(region) {
    const { environment } = region;
    const { registry } = environment.options;
    const password = registry?.password ?? hexId(environment.random, 64);
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    const expiresAt = new Date(environment.now() + HALF_A_DAY_MS);
    const proxyEndpoint = `${registry === undefined ? 'https' : 'http'}://${registryHost(region)}`;
    return { authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint }] };
  },

  TagResource(region, { resourceArn, tags }: { readonly resourceArn: string; readonly tags: readonly EcrTag[] }) {
    const record = repositoryByArn(region, resourceArn);
    record.tags = new Map([...record.tags, ...tags.map(({ Key, Value }) => [Key, Value] as const)]);
    return {};
  },
  UntagResource(region, { resourceArn, tagKeys }: { readonly resourceArn: string; readonly tagKeys: string[] }) {
    const record = repositoryByArn(region, resourceArn);
    record.tags = new Map([...record.tags].filter(([key]) => !tagKeys.includes(key)));
    return {};
  },
  ListTagsForResource(region, { resourceArn }: { readonly resourceArn: string }) {
    return { tags: [...repositoryByArn(region, resourceArn).tags].map(([Key, Value]) => ({ Key, Value })) };
  },
};

function policyText(region: Region, name: string): string {
  const text = knownRepository(region, name).lifecyclePolicyText;
  if (text !== undefined) return text;
  throw fault(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${region.account}'`,
  );
}

function policyView(region: Region, repositoryName: string, lifecyclePolicyText: string): object {
  return { registryId: region.account, repositoryName, lifecyclePolicyText };
}

function page<Item>(region: Region, items: readonly Item[], input: DescribeInput): Page<Item> {
  return paginate(items, {
    token: input.nextToken,
    size: input.maxResults,
    defaultSize: 100,
    maxSize: 1000,
    rotation: region.nextRotation(),
    refuse: invalidParameter,
  });
}

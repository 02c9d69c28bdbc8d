import { Batcher } from './batcher.ts';
import type { EcrRepository, EcrTag, ImageIdentifier } from './ecr-operations.ts';
import type { EcrApi, FoundImage, ImageRef, RegistryCredentials, RepositoryInput } from './gateway.ts';
import type { GatewayParts } from './gather.ts';
import { BATCH } from './limits.ts';
import { malformed } from './malformed.ts';
import type { AwsTransport, CallOptions, OutputOf } from './operations.ts';
import { itemsOf } from './pages.ts';
import type { TagMap } from './shape.ts';
import { splitOn } from './split.ts';
import { unlessMissing } from './unless-missing.ts';

const DESCRIBE = 'ecr:DescribeRepositories';
const FIND = 'ecr:BatchGetImage';
const TOKEN = 'ecr:GetAuthorizationToken';

/** Amazon ECR over a transport. */
export class EcrGateway implements EcrApi, Disposable {
  readonly #transport: AwsTransport;
  readonly #repositories: Batcher<string, EcrRepository | undefined>;
  readonly #images: Batcher<ImageRef, FoundImage | undefined>;

  constructor(parts: GatewayParts) {
    this.#transport = parts.transport;
    this.#repositories = repositoryBatcher(parts);
    this.#images = imageBatcher(parts);
  }

  [Symbol.dispose](): void {
    this.#repositories[Symbol.dispose]();
    this.#images[Symbol.dispose]();
  }

  async describeRepository(name: string, { signal }: CallOptions): Promise<EcrRepository | undefined> {
    return unlessMissing(() => this.#repositories.load(name, signal));
  }

  async createRepository({ name, tags, ...input }: RepositoryInput, options: CallOptions): Promise<EcrRepository> {
    const tagged = Object.keys(tags).length === 0 ? {} : { tags: ecrTags(tags) };
    const answer = await this.#transport.call(
      'ecr:CreateRepository',
      {
        repositoryName: name,
        imageTagMutability: input.tagMutability,
        imageScanningConfiguration: { scanOnPush: input.scanOnPush },
        ...(input.encryption === undefined ? {} : { encryptionConfiguration: input.encryption }),
        ...tagged,
      },
      options,
    );
    return answer.repository ?? { repositoryName: name };
  }

  async setTagMutability(repositoryName: string, imageTagMutability: string, options: CallOptions): Promise<void> {
    await this.#transport.call('ecr:PutImageTagMutability', { repositoryName, imageTagMutability }, options);
  }

  async setScanOnPush(repositoryName: string, scanOnPush: boolean, options: CallOptions): Promise<void> {
    const imageScanningConfiguration = { scanOnPush };
    await this.#transport.call(
      'ecr:PutImageScanningConfiguration',
      { repositoryName, imageScanningConfiguration },
      options,
    );
  }

  async lifecyclePolicyOf(repositoryName: string, options: CallOptions): Promise<string | undefined> {
    return unlessMissing(async () => {
      const answer = await this.#transport.call('ecr:GetLifecyclePolicy', { repositoryName }, options);
      return answer.lifecyclePolicyText;
    });
  }

  async setLifecyclePolicy(repositoryName: string, text: string, options: CallOptions): Promise<void> {
    await this.#transport.call('ecr:PutLifecyclePolicy', { repositoryName, lifecyclePolicyText: text }, options);
  }

  async tagsOf(arn: string, options: CallOptions): Promise<TagMap> {
    const { tags } = await this.#transport.call('ecr:ListTagsForResource', { resourceArn: arn }, options);
    return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  }

  async tag(arn: string, tags: TagMap, options: CallOptions): Promise<void> {
    await this.#transport.call('ecr:TagResource', { resourceArn: arn, tags: ecrTags(tags) }, options);
  }

  async findImage(ref: ImageRef, { signal }: CallOptions): Promise<FoundImage | undefined> {
    return unlessMissing(() => this.#images.load(ref, signal));
  }

  async credentials(options: CallOptions): Promise<RegistryCredentials> {
    const { authorizationData } = await this.#transport.call(TOKEN, {}, options);
    const [data] = authorizationData ?? [];
    const decoded = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon < 0) throw malformed(TOKEN, 'the answer holds no token');
    const registry = (data?.proxyEndpoint ?? '').replace(/^https?:\/\//, '');
    return { registry, username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
}

/** One unknown name fails the whole call, so the names are asked in halves then. */
function repositoryBatcher({ transport, clock, window }: GatewayParts): Batcher<string, EcrRepository | undefined> {
  const execute = splitOn<string, EcrRepository | undefined>(['missing', 'invalid'], async (names, signal) => {
    const answer = await transport.call(DESCRIBE, { repositoryNames: names }, { signal });
    const found = itemsOf(DESCRIBE, answer.repositories);
    return names.map((name) => ({
      status: 'fulfilled',
      value: found.find((repository) => repository.repositoryName === name),
    }));
  });
  const batches = { maxItems: BATCH.describeRepositories, bucket: () => '', same: (name: string) => name };
  return new Batcher({ name: DESCRIBE, ...window, ...batches, execute }, clock);
}

/** Images of one repository by tag or digest. BatchGetImage tells of each what became of it, DescribeImages does not. */
function imageBatcher({ transport, clock, window }: GatewayParts): Batcher<ImageRef, FoundImage | undefined> {
  return new Batcher(
    {
      name: FIND,
      ...window,
      maxItems: BATCH.batchGetImage,
      bucket: ({ registryId, repository }) => `${registryId ?? ''}/${repository}`,
      same: (ref) => `${ref.tag ?? ''}@${ref.digest ?? ''}`,
      execute: splitOn(['invalid'], async (refs, signal) => {
        const [first] = refs;
        const input = {
          repositoryName: first!.repository,
          imageIds: refs.map(idOf),
          ...(first!.registryId === undefined ? {} : { registryId: first!.registryId }),
        };
        const answer = await transport.call(FIND, input, { signal });
        return refs.map((ref) => foundIn(answer, ref));
      }),
    },
    clock,
  );
}

function idOf({ tag, digest }: ImageRef): ImageIdentifier {
  return { ...(tag === undefined ? {} : { imageTag: tag }), ...(digest === undefined ? {} : { imageDigest: digest }) };
}

function foundIn(answer: OutputOf<typeof FIND>, ref: ImageRef): PromiseSettledResult<FoundImage | undefined> {
  const matches = (id: ImageIdentifier | undefined): boolean =>
    (ref.tag === undefined || id?.imageTag === ref.tag) && (ref.digest === undefined || id?.imageDigest === ref.digest);
  const image = answer.images?.find(({ imageId }) => matches(imageId));
  const digest = image?.imageId?.imageDigest;
  if (digest !== undefined) {
    const manifest = image?.imageManifest;
    return { status: 'fulfilled', value: { digest, ...(manifest === undefined ? {} : { manifest }) } };
  }
  const failure = answer.failures?.find(({ imageId }) => matches(imageId));
  if (failure?.failureCode === 'ImageNotFound') return { status: 'fulfilled', value: undefined };
  const reason = malformed(FIND, `the answer does not tell of ${ref.tag ?? ref.digest ?? 'the image'}`);
  return { status: 'rejected', reason };
}

function ecrTags(tags: TagMap): readonly EcrTag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

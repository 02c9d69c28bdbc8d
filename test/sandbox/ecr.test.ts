import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fixture } from './sandbox-fixture.ts';

const NAME = { repositoryName: 'team/web' };
type Repository = { repository: Record<string, unknown> };

async function withRepository(changes: object = {}): Promise<Fixture> {
  const sandbox = new Fixture();
  await sandbox.send('ecr:CreateRepository', { ...NAME, ...changes });
  return sandbox;
}
function push(sandbox: Fixture, imageManifest: string, imageTag?: string): Promise<unknown> {
  return sandbox.send('ecr:PutImage', { ...NAME, imageManifest, ...(imageTag !== undefined && { imageTag }) });
}

test('ECR-1: a repository comes back with its defaults', async () => {
  const { repository } = await new Fixture().send<Repository>('ecr:CreateRepository', NAME);
  assert.equal(repository['imageTagMutability'], 'MUTABLE');
  assert.deepEqual(repository['imageScanningConfiguration'], { scanOnPush: false });
  assert.deepEqual(repository['encryptionConfiguration'], { encryptionType: 'AES256' });
});

test('ECR-1: encryption by KMS without a key comes back with a key', async () => {
  const input = { ...NAME, encryptionConfiguration: { encryptionType: 'KMS' } };
  const { repository } = await new Fixture().send<Repository>('ecr:CreateRepository', input);
  assert.match(JSON.stringify(repository['encryptionConfiguration']), /"kmsKey":"arn:aws:kms:/);
});

const REFUSED: readonly (readonly [string, string, object, string])[] = [
  ['a repository that exists', 'CreateRepository', NAME, 'RepositoryAlreadyExistsException'],
  ['a name in capitals', 'CreateRepository', { repositoryName: 'Web' }, 'InvalidParameterException'],
  [
    'a list of names with one that is missing',
    'DescribeRepositories',
    { repositoryNames: ['team/web', 'none'] },
    'RepositoryNotFoundException',
  ],
  ['a lifecycle policy that is not there', 'GetLifecyclePolicy', NAME, 'LifecyclePolicyNotFoundException'],
  [
    'a lifecycle policy that is no JSON',
    'PutLifecyclePolicy',
    { ...NAME, lifecyclePolicyText: '{' },
    'InvalidParameterException',
  ],
  [
    'to describe an image that is not there',
    'DescribeImages',
    { ...NAME, imageIds: [{ imageTag: 'x' }] },
    'ImageNotFoundException',
  ],
  ['a manifest that is no JSON', 'PutImage', { ...NAME, imageManifest: 'x' }, 'InvalidParameterException'],
];
for (const [what, operation, input, code] of REFUSED) {
  test(`ECR-2: ${what} is refused`, async () => {
    const sandbox = await withRepository();
    await assert.rejects(sandbox.send(`ecr:${operation}`, input), { code });
  });
}

const MUTABILITY: readonly (readonly [string, object, string | undefined])[] = [
  ['MUTABLE', { imageTagMutability: 'MUTABLE' }, undefined],
  ['IMMUTABLE', { imageTagMutability: 'IMMUTABLE' }, 'ImageTagAlreadyExistsException'],
  [
    'IMMUTABLE but for 1*',
    {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '1*' }],
    },
    undefined,
  ],
  [
    'MUTABLE but for 1*',
    {
      imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: '1*' }],
    },
    'ImageTagAlreadyExistsException',
  ],
];
for (const [what, changes, code] of MUTABILITY) {
  test(`ECR-3: moving tag 1.0 of a repository that is ${what} ${code === undefined ? 'works' : 'is refused'}`, async () => {
    const sandbox = await withRepository(changes);
    await push(sandbox, '{"a":1}', '1.0');
    await assert.rejects(push(sandbox, '{"a":1}', '1.0'), { code: 'ImageAlreadyExistsException' });
    const moved = push(sandbox, '{"a":2}', '1.0');
    if (code !== undefined) {
      await assert.rejects(moved, { code });
      return;
    }
    await moved;
    const { images } = await sandbox.send<{ images: { imageManifest: string }[] }>('ecr:BatchGetImage', {
      ...NAME,
      imageIds: [{ imageTag: '1.0' }],
    });
    assert.deepEqual(
      images.map(({ imageManifest }) => imageManifest),
      ['{"a":2}'],
    );
  });
}

test('ECR-4: a repository with images is deleted by force alone', async () => {
  const sandbox = await withRepository();
  await push(sandbox, '{}');
  await assert.rejects(sandbox.send('ecr:DeleteRepository', NAME), { code: 'RepositoryNotEmptyException' });
  await sandbox.send('ecr:DeleteRepository', { ...NAME, force: true });
  await assert.rejects(sandbox.send('ecr:ListImages', NAME), { code: 'RepositoryNotFoundException' });
});

test('ECR-5: tags, lifecycle policy and mutability change in place', async () => {
  const sandbox = await withRepository({ tags: [{ Key: 'a', Value: '1' }] });
  const resourceArn = 'arn:aws:ecr:us-east-1:123456789012:repository/team/web';
  await sandbox.send('ecr:TagResource', { resourceArn, tags: [{ Key: 'b', Value: '2' }] });
  await sandbox.send('ecr:UntagResource', { resourceArn, tagKeys: ['a'] });
  assert.deepEqual(await sandbox.send('ecr:ListTagsForResource', { resourceArn }), {
    tags: [{ Key: 'b', Value: '2' }],
  });
  const lifecyclePolicyText = '{"rules":[]}';
  await sandbox.send('ecr:PutLifecyclePolicy', { ...NAME, lifecyclePolicyText });
  const policy = await sandbox.send<{ lifecyclePolicyText: string }>('ecr:GetLifecyclePolicy', NAME);
  assert.equal(policy.lifecyclePolicyText, lifecyclePolicyText);
  await sandbox.send('ecr:PutImageTagMutability', { ...NAME, imageTagMutability: 'IMMUTABLE' });
  const { repositories } = await sandbox.send<{ repositories: { imageTagMutability: string }[] }>(
    'ecr:DescribeRepositories',
  );
  assert.equal(repositories[0]?.imageTagMutability, 'IMMUTABLE');
});

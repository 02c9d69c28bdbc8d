import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RepositoryInput } from '../../src/aws/gateway.ts';
import { type Of, ofKind } from './support/of-kind.ts';
import { putImage } from './support/put-image.ts';
import { CALL } from './support/subject.ts';

const POLICY = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    },
  ],
});

export function ecrTests(of: Of): void {
  test('a repository comes back as it was created, and changes as it is told to', async () => {
    const { ecr } = of().gateway;
    const created = await ecr.createRepository(repository('team/web', { team: 'ml' }), CALL);
    assert.match(created.repositoryUri!, /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/team\/web$/);
    const read = async (): Promise<readonly unknown[]> => {
      const live = await of().freshGateway().ecr.describeRepository('team/web', CALL);
      return [live?.imageTagMutability, live?.imageScanningConfiguration?.scanOnPush];
    };
    assert.deepEqual(await read(), ['IMMUTABLE', true]);
    await ecr.setTagMutability('team/web', 'MUTABLE', CALL);
    await ecr.setScanOnPush('team/web', false, CALL);
    assert.deepEqual(await read(), ['MUTABLE', false]);
    assert.deepEqual(await ecr.tagsOf(created.repositoryArn!, CALL), { team: 'ml' });
    await ecr.tag(created.repositoryArn!, { tier: '1' }, CALL);
    assert.deepEqual(await ecr.tagsOf(created.repositoryArn!, CALL), { team: 'ml', tier: '1' });
  });

  test('a repository that is there already says so; one that is not is undefined, whatever is asked beside it', async () => {
    const { ecr } = of().gateway;
    await ecr.createRepository(repository('twice'), CALL);
    await assert.rejects(ecr.createRepository(repository('twice'), CALL), ofKind('exists'));
    const [there, none] = await Promise.all([
      ecr.describeRepository('twice', CALL),
      ecr.describeRepository('none', CALL),
    ]);
    assert.equal(there?.repositoryName, 'twice');
    assert.equal(none, undefined);
  });

  test('a lifecycle policy is undefined until it is set', async () => {
    const { ecr } = of().gateway;
    await ecr.createRepository(repository('aging'), CALL);
    assert.equal(await ecr.lifecyclePolicyOf('aging', CALL), undefined);
    await ecr.setLifecyclePolicy('aging', POLICY, CALL);
    assert.deepEqual(JSON.parse((await ecr.lifecyclePolicyOf('aging', CALL))!), JSON.parse(POLICY));
  });

  test('an image is found by its tag and by its digest; an unknown one, or one of no repository, is undefined', async () => {
    const { ecr } = of().gateway;
    await ecr.createRepository(repository('images'), CALL);
    const digest = await putImage({ url: of().emulator.url, repositoryName: 'images', imageTag: '1.4' });
    const repositoryName = { repository: 'images' };
    const byTag = await ecr.findImage({ ...repositoryName, tag: '1.4' }, CALL);
    assert.equal(byTag?.digest, digest);
    assert.equal((await ecr.findImage({ ...repositoryName, digest }, CALL))?.digest, digest);
    assert.equal(await ecr.findImage({ ...repositoryName, tag: '9.9' }, CALL), undefined);
    assert.equal(await ecr.findImage({ repository: 'none', tag: '1.4' }, CALL), undefined);
  });

  test('credentials of the registry are a name and a password', async () => {
    const { username, password, registry } = await of().gateway.ecr.credentials(CALL);
    assert.equal(username, 'AWS');
    assert.notEqual(password, '');
    assert.match(registry, /123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com$/);
  });
}

function repository(name: string, tags: Readonly<Record<string, string>> = {}): RepositoryInput {
  return { name, tagMutability: 'IMMUTABLE', scanOnPush: true, tags };
}

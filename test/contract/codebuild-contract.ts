import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StartBuildInput } from '../../src/aws/codebuild-operations.ts';
import { CodeBuildMaker } from '../../src/build/codebuild-maker.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { contextOf, folder } from '../build/support/tree.ts';
import { createBucket, createProject } from './support/build-ground.ts';
import type { Of } from './support/of-kind.ts';
import { createRepository } from './support/put-image.ts';
import { CALL } from './support/subject.ts';

const HOST = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const MINUTES_MS = 5 * 60_000;

export function startOf(projectName: string, more: Partial<StartBuildInput> = {}): StartBuildInput {
  const buildspecOverride = JSON.stringify({ version: 0.2, phases: { build: { commands: ['true'] } } });
  return { projectName, sourceTypeOverride: 'NO_SOURCE', buildspecOverride, ...more };
}

export function codeBuildTests(of: Of): void {
  test('an object is there once it is put; a bucket that nobody made is told from it', async () => {
    const { url } = of().emulator;
    await createBucket(url, 'contexts');
    const { s3 } = of().gateway;
    const ref = { bucket: 'contexts', key: 'evenkeel/a b/ü.zip' };
    assert.equal(await s3.hasObject(ref, CALL), false);
    assert.equal(await s3.putObject(ref, Buffer.alloc(2 * 2 ** 20, 1), CALL), true);
    assert.equal(await s3.hasObject(ref, CALL), true);
    assert.equal(await s3.hasObject({ ...ref, bucket: 'nobodys' }, CALL), false);
    assert.equal(await s3.putObject({ ...ref, bucket: 'nobodys' }, Buffer.from('x'), CALL), false);
  });

  test('a project that nobody made is undefined, whatever is asked of it', async () => {
    const { codeBuild } = of().gateway;
    assert.equal(await codeBuild.startBuild(startOf('nobodys'), CALL), undefined);
    assert.equal(await codeBuild.newestBuilds('nobodys', CALL), undefined);
    await codeBuild.stopBuild('nobodys:0a1b2c3d-0000-4000-a000-000000000000', CALL);
  });

  test('a build is under way when it is started, is listed, and ends', async () => {
    await createProject(of().emulator.url, 'plain');
    const { codeBuild } = of().gateway;
    assert.deepEqual(await codeBuild.newestBuilds('plain', CALL), []);
    const build = await codeBuild.startBuild(startOf('plain'), CALL);
    assert.match(build!.id!, /^plain:[0-9a-f-]{36}$/);
    assert.equal(build?.buildStatus, 'IN_PROGRESS');
    assert.deepEqual(
      (await codeBuild.newestBuilds('plain', CALL))?.map(({ id }) => id),
      [build!.id],
    );
    await of().emulator.pass(MINUTES_MS);
    const ended = await codeBuild.describeBuild(build!.id!, CALL);
    assert.deepEqual([ended?.buildStatus, ended?.currentPhase], ['SUCCEEDED', 'COMPLETED']);
    assert.ok(
      ended?.phases?.some(({ phaseType, phaseStatus }) => phaseType === 'BUILD' && phaseStatus === 'SUCCEEDED'),
    );
  });

  test('many builds are described in one call', async () => {
    await createProject(of().emulator.url, 'many');
    const { codeBuild } = of().gateway;
    const started = await Promise.all(
      ['a', 'b', 'c'].map((idempotencyToken) => codeBuild.startBuild(startOf('many', { idempotencyToken }), CALL)),
    );
    of().proxy.take();
    const described = await Promise.all(started.map((build) => codeBuild.describeBuild(build!.id!, CALL)));
    assert.deepEqual(
      described.map((build) => build?.id),
      started.map((build) => build?.id),
    );
    assert.deepEqual(
      of()
        .proxy.take()
        .map(({ operation }) => operation),
      ['BatchGetBuilds'],
    );
  });

  test('an image is made there from a folder: one upload, one start, and no upload again', async (t) => {
    const { emulator, proxy } = of();
    await createProject(emulator.url, 'images');
    await createBucket(emulator.url, 'images');
    await createRepository(emulator.url, 'made');
    const context = await contextOf(folder(t, { Dockerfile: 'FROM scratch' }));
    const request = { context, args: { VERSION: '1' }, labels: {}, platform: 'linux/amd64' } as const;
    const credentials = (): never => assert.fail('CodeBuild logs in by itself');
    const target = { repositoryUri: `${HOST}/made`, tag: 'abc', credentials };
    const place = { project: 'images', bucket: 'images', prefix: '' };
    const clock: Clock = { now: () => 0, elapsed: () => 0, sleep: (ms) => emulator.pass(ms) };
    const make = (): Promise<unknown> =>
      new CodeBuildMaker({ place, aws: of().freshGateway(), clock }).make(request, target, () => {}, CALL.signal);
    proxy.take();
    await make();
    const calls = proxy.take().map(({ operation }) => operation);
    const counted = ['HeadObject', 'PutObject', 'StartBuild', 'GetAuthorizationToken'];
    assert.deepEqual(
      counted.map((name) => calls.filter((call) => call === name).length),
      [1, 1, 1, 0],
    );
    await make();
    assert.ok(!proxy.take().some(({ operation }) => operation === 'PutObject'));
  });
}

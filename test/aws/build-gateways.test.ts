import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError, AwsFault } from '../../src/aws/errors.ts';
import { afterWindow, gatewayOver, kindIs, numbered } from './gateway-over.ts';

const { signal } = new AbortController();
const REF = { bucket: 'contexts', key: 'evenkeel/abc.zip' };
const BODY = new Uint8Array(2);
const STREAM = { group: '/aws/codebuild/images', stream: 'abc' };

function refuse(code: string, status = 400): () => never {
  return () => {
    throw new AwsFault(code, 'no', { status });
  };
}

test('150 builds take two calls; one that CodeBuild does not know is undefined', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'codebuild:BatchGetBuilds': ({ ids }) => ({
      builds: ids.filter((id) => id !== 'p:7').map((id) => ({ id })),
      buildsNotFound: ids.filter((id) => id === 'p:7'),
    }),
  });
  const all = numbered('p:', 150).map((id) => gateway.codeBuild.describeBuild(id, { signal }));
  const found = await afterWindow(clock, Promise.all(all));
  assert.equal(found.filter((build) => build === undefined).length, 1);
  const sizes = transport.inputs('codebuild:BatchGetBuilds').map((input) => (input['ids'] as string[]).length);
  assert.deepEqual(sizes, [100, 50]);
});

test('a build that the answer is silent about is an error, not absent', async () => {
  const { gateway, clock } = gatewayOver({ 'codebuild:BatchGetBuilds': () => ({ builds: [] }) });
  await assert.rejects(afterWindow(clock, gateway.codeBuild.describeBuild('p:1', { signal })), kindIs('ambiguous'));
});

test('the newest builds are one list and one description', async () => {
  const { gateway, transport, clock } = gatewayOver({
    'codebuild:ListBuildsForProject': () => ({ ids: ['p:2', 'p:1'], nextToken: 'more' }),
    'codebuild:BatchGetBuilds': ({ ids }) => ({ builds: ids.map((id) => ({ id })).reverse() }),
  });
  const builds = await afterWindow(clock, gateway.codeBuild.newestBuilds('p', { signal }));
  assert.deepEqual(builds, [{ id: 'p:2' }, { id: 'p:1' }]);
  assert.deepEqual(
    transport.calls.map(({ name }) => name),
    ['codebuild:ListBuildsForProject', 'codebuild:BatchGetBuilds'],
  );
});

test('a project that is not there is undefined; a build that cannot be stopped for it is gone is stopped', async () => {
  const missing = refuse('ResourceNotFoundException');
  const { gateway } = gatewayOver({
    'codebuild:ListBuildsForProject': missing,
    'codebuild:StartBuild': missing,
    'codebuild:StopBuild': missing,
  });
  assert.equal(await gateway.codeBuild.newestBuilds('p', { signal }), undefined);
  assert.equal(await gateway.codeBuild.startBuild({ projectName: 'p' }, { signal }), undefined);
  await gateway.codeBuild.stopBuild('p:1', { signal });
});

test('an object is there, not there, or in doubt', async () => {
  const there = gatewayOver({ 's3:HeadObject': () => ({ ContentLength: 1 }) });
  assert.equal(await there.gateway.s3.hasObject(REF, { signal }), true);
  const absent = gatewayOver({ 's3:HeadObject': refuse('NotFound', 404) });
  assert.equal(await absent.gateway.s3.hasObject(REF, { signal }), false);
  const failed = gatewayOver({ 's3:HeadObject': refuse('UnknownError', 500) });
  await assert.rejects(failed.gateway.s3.hasObject(REF, { signal }), kindIs('transient'));
});

test('a HEAD that is denied names the two actions it takes', async () => {
  const { gateway } = gatewayOver({ 's3:HeadObject': refuse('UnknownError', 403) });
  await assert.rejects(gateway.s3.hasObject(REF, { signal }), (thrown) => {
    assert.ok(thrown instanceof AwsError && thrown.kind === 'denied');
    assert.match(thrown.message, /s3:GetObject on the objects of contexts and s3:ListBucket on contexts/);
    return true;
  });
});

test('a bucket of another region is told as such, whatever was asked of it', async () => {
  const redirect = refuse('UnknownError', 301);
  const { gateway } = gatewayOver({ 's3:HeadObject': redirect, 's3:PutObject': redirect });
  for (const asked of [
    () => gateway.s3.hasObject(REF, { signal }),
    () => gateway.s3.putObject(REF, BODY, { signal }),
  ]) {
    await assert.rejects(asked(), (thrown) => {
      assert.ok(thrown instanceof AwsError && thrown.kind === 'invalid');
      assert.match(thrown.message, /the bucket contexts is in another region/);
      return true;
    });
  }
});

test('a bucket that is not there is told from an upload that worked', async () => {
  const { gateway, transport } = gatewayOver({ 's3:PutObject': () => ({}) });
  assert.equal(await gateway.s3.putObject(REF, BODY, { signal }), true);
  const [input] = transport.inputs('s3:PutObject');
  assert.deepEqual([input!['Bucket'], input!['Key'], input!['Body']], [REF.bucket, REF.key, BODY]);
  const none = gatewayOver({ 's3:PutObject': refuse('NoSuchBucket', 404) });
  assert.equal(await none.gateway.s3.putObject(REF, BODY, { signal }), false);
});

test('a log stream is read on from a place; one that is not there yet is undefined', async () => {
  const { gateway, transport } = gatewayOver({
    'logs:GetLogEvents': ({ nextToken = 'f/0' }) => ({
      events: nextToken === 'f/0' ? [{ message: 'one\n' }] : [],
      nextForwardToken: 'f/1',
    }),
  });
  assert.deepEqual(await gateway.logs.readStream(STREAM, undefined, { signal }), { messages: ['one\n'], place: 'f/1' });
  assert.deepEqual(await gateway.logs.readStream(STREAM, 'f/1', { signal }), { messages: [], place: 'f/1' });
  assert.deepEqual(
    transport.inputs('logs:GetLogEvents').map((input) => [input['startFromHead'], input['nextToken']]),
    [
      [true, undefined],
      [true, 'f/1'],
    ],
  );
  const none = gatewayOver({ 'logs:GetLogEvents': refuse('ResourceNotFoundException') });
  assert.equal(await none.gateway.logs.readStream(STREAM, undefined, { signal }), undefined);
});

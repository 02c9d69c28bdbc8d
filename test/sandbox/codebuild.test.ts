import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodeBuildBuild, StartBuildInput } from '../../src/aws/codebuild-operations.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import type { FaultRule } from '../../src/sandbox/faults/fault-rule.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { Fixture, NEVER } from './sandbox-fixture.ts';

const REPOSITORY = 'team/agent';
const IMAGE = `123456789012.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}:abc`;
const SOURCE = { Bucket: 'contexts', Key: 'evenkeel/abc.zip', Body: new Uint8Array(3) };
const START: StartBuildInput = {
  projectName: 'images',
  idempotencyToken: 'token',
  sourceTypeOverride: 'S3',
  sourceLocationOverride: `${SOURCE.Bucket}/${SOURCE.Key}`,
  buildspecOverride: JSON.stringify({
    version: 0.2,
    phases: { build: { commands: ['docker build context', 'docker push image'] } },
  }),
  environmentVariablesOverride: [{ name: 'EVENKEEL_IMAGE', value: IMAGE, type: 'PLAINTEXT' }],
};
const MINUTES_MS = 5 * 60_000;
const STEPS = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
];

/** A sandbox with a repository and the source of a build. */
async function ready(options: Partial<SandboxOptions> = {}, ...rules: readonly FaultRule[]): Promise<Fixture> {
  const sandbox = new Fixture(options, 1, { rules });
  await sandbox.send('ecr:CreateRepository', { repositoryName: REPOSITORY, imageTagMutability: 'IMMUTABLE' });
  await sandbox.aws.call('s3:PutObject', SOURCE, { signal: NEVER });
  return sandbox;
}

async function start(sandbox: Fixture, changes: Partial<StartBuildInput> = {}): Promise<CodeBuildBuild> {
  return (await sandbox.aws.call('codebuild:StartBuild', { ...START, ...changes }, { signal: NEVER })).build!;
}

async function look(sandbox: Fixture, { id = '' }: CodeBuildBuild): Promise<CodeBuildBuild> {
  return (await sandbox.aws.call('codebuild:BatchGetBuilds', { ids: [id] }, { signal: NEVER })).builds![0]!;
}

/** A build that has had five minutes. */
async function built(sandbox: Fixture, changes: Partial<StartBuildInput> = {}): Promise<CodeBuildBuild> {
  const build = await start(sandbox, changes);
  await sandbox.clock.advance(MINUTES_MS);
  return look(sandbox, build);
}

function failureOf(build: CodeBuildBuild): unknown {
  const phase = build.phases?.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  return [build.buildStatus, phase?.phaseType, phase?.contexts?.[0]?.statusCode, phase?.contexts?.[0]?.message];
}

async function logOf(sandbox: Fixture, { logs }: CodeBuildBuild): Promise<readonly string[]> {
  const input = { logGroupName: logs!.groupName!, logStreamName: logs!.streamName!, startFromHead: true };
  const { events = [] } = await sandbox.aws.call('logs:GetLogEvents', input, { signal: NEVER });
  return events.map(({ message = '' }) => message);
}

async function digestOf(sandbox: Fixture): Promise<string | undefined> {
  const input = { repositoryName: REPOSITORY, imageIds: [{ imageTag: 'abc' }] };
  return (await sandbox.aws.call('ecr:BatchGetImage', input, { signal: NEVER })).images![0]?.imageId?.imageDigest;
}

const codeIs =
  (code: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof AwsFault && thrown.code === code;

test('CB-1: a project exists from being named, or from CreateProject where nothing is implied', async () => {
  assert.match((await start(await ready())).id!, /^images:[0-9a-f-]{36}$/);
  const strict = await ready({ impliedProjects: false });
  await assert.rejects(start(strict), codeIs('ResourceNotFoundException'));
  const list = strict.aws.call('codebuild:ListBuildsForProject', { projectName: 'images' }, { signal: NEVER });
  await assert.rejects(list, codeIs('ResourceNotFoundException'));
  await strict.send('codebuild:CreateProject', { name: 'images' });
  await assert.rejects(
    strict.send('codebuild:CreateProject', { name: 'images' }),
    codeIs('ResourceAlreadyExistsException'),
  );
  assert.equal((await start(strict)).buildStatus, 'IN_PROGRESS');
});

test('CB-2: a build goes through its phases, one after the other, in time', async () => {
  const sandbox = await ready({ speed: 10 });
  const build = await start(sandbox);
  const seen = new Set([build.currentPhase]);
  for (let live = build; live.buildComplete !== true; live = await look(sandbox, build)) {
    seen.add(live.currentPhase);
    await sandbox.clock.advance(5);
  }
  assert.deepEqual([...seen], STEPS.slice(1, -1));
  const ended = await look(sandbox, build);
  assert.deepEqual(
    ended.phases!.map(({ phaseType }) => phaseType),
    STEPS,
  );
  assert.ok(ended.phases!.slice(0, -1).every(({ phaseStatus }) => phaseStatus === 'SUCCEEDED'));
  assert.deepEqual([ended.buildStatus, ended.currentPhase], ['SUCCEEDED', 'COMPLETED']);
});

test('CB-3: a token answers the same build for five minutes, and refuses another call', async () => {
  const sandbox = await ready();
  const { id } = await start(sandbox);
  await sandbox.clock.advance(MINUTES_MS - 1);
  assert.equal((await start(sandbox)).id, id);
  await assert.rejects(start(sandbox, { sourceLocationOverride: 'else/where.zip' }), codeIs('InvalidInputException'));
  assert.notEqual((await start(sandbox, { idempotencyToken: 'other' })).id, id);
  await sandbox.clock.advance(1);
  assert.notEqual((await start(sandbox)).id, id);
});

test('CB-4: the image that the environment names is in ECR, with the digest that the build exports', async () => {
  const sandbox = await ready();
  assert.equal(await digestOf(sandbox), undefined);
  const build = await built(sandbox);
  const digest = await digestOf(sandbox);
  assert.match(digest!, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(build.exportedEnvironmentVariables, [{ name: 'EVENKEEL_DIGEST', value: digest }]);
});

test('CB-4: what ECR refuses fails the build as docker push would', async () => {
  const sandbox = await ready();
  await built(sandbox);
  const again = await built(sandbox, {
    idempotencyToken: 'again',
    sourceLocationOverride: 'contexts/evenkeel/abc.zip',
  });
  const words = 'Error while executing command: docker push image. Reason: exit status 1';
  assert.deepEqual(failureOf(again), ['FAILED', 'BUILD', 'COMMAND_EXECUTION_ERROR', words]);
  assert.match((await logOf(sandbox, again)).join(''), /The image tag 'abc' already exists|already exists\.\n/);
  const value = IMAGE.replace(REPOSITORY, 'nowhere');
  const lost = await built(sandbox, { environmentVariablesOverride: [{ name: 'EVENKEEL_IMAGE', value }] });
  assert.deepEqual(failureOf(lost), ['FAILED', 'BUILD', 'COMMAND_EXECUTION_ERROR', words]);
});

test('CB-5: a source that is not there fails the phase that fetches it', async () => {
  const build = await built(await ready(), { sourceLocationOverride: 'contexts/none.zip' });
  const [status, phase, code, message] = failureOf(build) as readonly string[];
  assert.deepEqual([status, phase, code], ['FAILED', 'DOWNLOAD_SOURCE', 'CLIENT_ERROR']);
  assert.match(message!, /^NoSuchKey: /);
});

test('CB-6: a build logs to its project and id, from the time it is provisioned', async () => {
  const sandbox = await ready();
  const build = await start(sandbox);
  assert.deepEqual(build.logs, {});
  await sandbox.clock.advance(MINUTES_MS);
  const ended = await look(sandbox, build);
  assert.deepEqual(ended.logs, { groupName: '/aws/codebuild/images', streamName: build.id!.split(':')[1] });
  const lines = await logOf(sandbox, ended);
  assert.ok(lines.every((line) => line.endsWith('\n')));
  assert.match(lines[0]!, /^\[Container\] \d{4}\/\d\d\/\d\d [\d:.]+ Entering phase PROVISIONING\n$/);
  assert.ok(lines.some((line) => line.startsWith('#5 [1/3] FROM ')));
});

test('CB-7: a build that is stopped ends at once and puts nothing; one that has ended stays as it is', async () => {
  const sandbox = await ready();
  const { id = '' } = await start(sandbox);
  await sandbox.clock.advance(2000);
  const { build } = await sandbox.aws.call('codebuild:StopBuild', { id }, { signal: NEVER });
  assert.deepEqual([build?.buildStatus, build?.buildComplete], ['STOPPED', true]);
  await sandbox.clock.advance(MINUTES_MS);
  assert.equal(await digestOf(sandbox), undefined);
  const done = await built(sandbox, { idempotencyToken: 'second' });
  await sandbox.aws.call('codebuild:StopBuild', { id: done.id! }, { signal: NEVER });
  assert.equal((await look(sandbox, done)).buildStatus, 'SUCCEEDED');
  const unknown = sandbox.aws.call('codebuild:StopBuild', { id: 'images:none' }, { signal: NEVER });
  await assert.rejects(unknown, codeIs('ResourceNotFoundException'));
});

test('CB-8: builds are listed newest first, a hundred a page, and the unknown are named', async () => {
  const sandbox = await ready();
  const ids: string[] = [];
  for (let n = 0; n < 101; n++) ids.unshift((await start(sandbox, { idempotencyToken: `t${n}` })).id!);
  const list = { projectName: 'images' };
  const page = await sandbox.aws.call('codebuild:ListBuildsForProject', list, { signal: NEVER });
  assert.deepEqual(page.ids, ids.slice(0, 100));
  const rest = { ...list, nextToken: page.nextToken! };
  assert.deepEqual((await sandbox.aws.call('codebuild:ListBuildsForProject', rest, { signal: NEVER })).ids, [ids[100]]);
  const some = { ids: [ids[3]!, 'images:none'] };
  const answer = await sandbox.aws.call('codebuild:BatchGetBuilds', some, { signal: NEVER });
  assert.deepEqual([answer.builds?.map(({ id }) => id), answer.buildsNotFound], [[ids[3]], ['images:none']]);
  const many = sandbox.aws.call('codebuild:BatchGetBuilds', { ids }, { signal: NEVER });
  await assert.rejects(many, codeIs('InvalidInputException'));
});

test('OBJ-1: an object has a size and an ETag; one that is not there, or no bucket, says so', async () => {
  const sandbox = await ready();
  const head = await sandbox.aws.call('s3:HeadObject', SOURCE, { signal: NEVER });
  assert.equal(head.ContentLength, 3);
  assert.match(head.ETag!, /^"[0-9a-f]{32}"$/);
  const none = { Bucket: 'contexts', Key: 'none' };
  await assert.rejects(sandbox.aws.call('s3:HeadObject', none, { signal: NEVER }), codeIs('NotFound'));
  const strict = new Fixture({ impliedBuckets: false });
  await assert.rejects(strict.aws.call('s3:PutObject', SOURCE, { signal: NEVER }), codeIs('NoSuchBucket'));
  await strict.send('s3:CreateBucket', { Bucket: 'contexts' });
  await strict.aws.call('s3:PutObject', SOURCE, { signal: NEVER });
  assert.deepEqual(
    strict.world.log.map(({ input }) => (input as { readonly Body?: unknown }).Body),
    [3, undefined, 3],
  );
});

test('OBJ-2: an object is there for everybody as soon as it is put, also while other reads lag', async () => {
  const sandbox = new Fixture({}, 1, { rules: [{ fault: { kind: 'stale', lagMs: 60_000 } }] });
  await sandbox.clock.advance(1000);
  await sandbox.aws.call('s3:PutObject', SOURCE, { signal: NEVER });
  assert.equal((await sandbox.aws.call('s3:HeadObject', SOURCE, { signal: NEVER })).ContentLength, 3);
});

test('FLT-28: a build ends as it is ordered to, and says why', async () => {
  const when = { images: ['*/team/agent:*'] };
  const failing = await built(await ready({}, { when, fault: { kind: 'build-failure' } }));
  const words = 'Error while executing command: docker build context. Reason: exit status 1';
  assert.deepEqual(failureOf(failing), ['FAILED', 'BUILD', 'COMMAND_EXECUTION_ERROR', words]);
  const sandbox = await ready({}, { when, fault: { kind: 'build-failure', status: 'TIMED_OUT' } });
  const late = await built(sandbox);
  assert.deepEqual(failureOf(late), ['TIMED_OUT', 'BUILD', 'BUILD_TIMED_OUT', 'Build has timed out. ']);
  assert.match((await logOf(sandbox, late)).join(''), /#7 ERROR: process/);
  const spared = await ready({}, { when: { images: ['*/other:*'] }, fault: { kind: 'build-failure' } });
  assert.equal((await built(spared)).buildStatus, 'SUCCEEDED');
});

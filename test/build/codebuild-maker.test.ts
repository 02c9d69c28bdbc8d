import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { decorate } from '../../src/aws/compose-transport.ts';
import { createGateway } from '../../src/aws/create-gateway.ts';
import type { AwsGateway } from '../../src/aws/gateway.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import { createPacer } from '../../src/aws/pacer.ts';
import { BuildFailed, EngineUnavailable, PushFailed } from '../../src/build/build-errors.ts';
import type { BuildProgress, BuildRequest } from '../../src/build/builder.ts';
import { CodeBuildMaker } from '../../src/build/codebuild-maker.ts';
import type { PushTarget } from '../../src/build/image-builds.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Fault } from '../../src/sandbox/faults/fault-rule.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox-options.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { drive } from '../support/drive.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { contextOf, folder, signal } from './support/tree.ts';

const REGION = 'us-east-1';
const PLACE = { project: 'images', bucket: 'contexts', prefix: 'evenkeel' };
const REPOSITORY = `123456789012.dkr.ecr.${REGION}.amazonaws.com/agent`;
const MINUTE_MS = 60_000;

/** CodeBuild, S3 and ECR of the sandbox, and the makers of as many controllers as a test wants. */
class Stand {
  readonly clock = new FakeClock();
  readonly world: SandboxWorld;
  readonly heard: BuildProgress[] = [];
  readonly #request: BuildRequest;

  private constructor(request: BuildRequest, options: Partial<SandboxOptions>) {
    this.#request = request;
    const world = { throttling: false, ...options };
    this.world = new SandboxWorld({ clock: this.clock, random: seededRandom(1), options: world });
  }

  static async with(t: TestContext, options: Partial<SandboxOptions> = {}): Promise<Stand> {
    const context = await contextOf(folder(t, { Dockerfile: 'FROM scratch', 'app.py': 'print()' }));
    const args = { VERSION: '1', API_TOKEN: 'hunter2-hunter2' };
    const stand = new Stand({ context, args, labels: {}, platform: 'linux/amd64' }, options);
    await stand.send('ecr:CreateRepository', { repositoryName: 'agent', imageTagMutability: 'IMMUTABLE' });
    return stand;
  }

  /** As a process that remembers nothing. */
  controller(): CodeBuildMaker {
    return new CodeBuildMaker({ place: PLACE, aws: this.gateway(), clock: this.clock });
  }

  gateway(): AwsGateway {
    const { clock } = this;
    const pacer = createPacer(clock, { share: 1, scale: 1000 });
    const inner = new SandboxTransport(this.world, REGION);
    const transport = decorate(inner, { clock, random: seededRandom(2), pacer, observer: silentObserver });
    return createGateway(transport, { clock, region: REGION });
  }

  /** Has an image made; the clock is the caller's to turn. */
  begin(
    maker: CodeBuildMaker,
    stop: AbortSignal = signal,
    tag = 'abc',
    more: Partial<BuildRequest> = {},
  ): Promise<{ readonly digest: string }> {
    const credentials = (): never => assert.fail('CodeBuild logs in by itself');
    const target: PushTarget = { repositoryUri: REPOSITORY, tag, credentials };
    const making = maker.make({ ...this.#request, ...more }, target, (progress) => this.heard.push(progress), stop);
    making.catch(() => undefined);
    return making;
  }

  make(maker = this.controller()): Promise<{ readonly digest: string }> {
    return drive(this.clock, this.begin(maker));
  }

  /** Turns the clock until CodeBuild has a build; what is read from the disk meanwhile takes real time. */
  async begun(): Promise<void> {
    for (let turn = 0; this.builds().length === 0; turn++) {
      assert.ok(turn < 5000, 'no build was started');
      await this.clock.advance(10);
    }
  }

  send(operation: string, input: object): Promise<Record<string, unknown>> {
    const answer = new SandboxTransport(this.world, REGION).send(operation, input, { signal });
    return drive(this.clock, answer) as Promise<never>;
  }

  async digest(): Promise<string | undefined> {
    const found = await drive(
      this.clock,
      this.gateway().ecr.findImage({ repository: 'agent', tag: 'abc' }, { signal }),
    );
    return found?.digest;
  }

  count(operation: string): number {
    return this.world.calls.get(operation) ?? 0;
  }

  /** Status of every build, oldest first. */
  builds(): readonly string[] {
    return [...this.world.truthOf(REGION).builds.values()].map(({ status }) => status);
  }

  order(fault: Fault): { lift(): void } {
    return this.world.faults.order({ fault });
  }

  async failure(maker = this.controller()): Promise<Error> {
    return await this.make(maker).then(
      () => assert.fail('it was made'),
      (thrown: Error) => thrown,
    );
  }
}

test('an image is made elsewhere: one upload, one start, and the digest that ECR then has', async (t) => {
  const stand = await Stand.with(t);
  const { digest } = await stand.make();
  assert.match(digest, /^sha256:/);
  assert.equal(digest, await stand.digest());
  assert.deepEqual(
    ['s3:HeadObject', 's3:PutObject', 'codebuild:StartBuild'].map((name) => stand.count(name)),
    [1, 1, 1],
  );
  assert.deepEqual([...stand.world.truthOf(REGION).buckets.get('contexts')!.keys()], ['evenkeel/abc.v1.zip']);
});

test('what the build does is told as it goes, and once how it came out', async (t) => {
  const stand = await Stand.with(t);
  await stand.make();
  const steps = stand.heard.filter((told) => told.kind === 'step');
  assert.deepEqual(
    steps.map(({ n, of, text, cached }) => [n, of, text, cached]),
    [
      [1, 3, 'FROM docker.io/library/python:3.13-slim', false],
      [1, 3, 'FROM docker.io/library/python:3.13-slim', true],
      [2, 3, 'COPY . .', false],
      [3, 3, 'RUN pip install --requirement requirements.txt', false],
    ],
  );
  const [done, pushed] = stand.heard.slice(-2);
  assert.ok(done?.kind === 'done' && done.cachedSteps === 1 && done.seconds > 30 && done.seconds < 180);
  assert.deepEqual(pushed, { kind: 'pushed', layers: 1, present: 1 });
});

test('the build says which image it makes, runs privileged, and gets no credentials of ours', async (t) => {
  const stand = await Stand.with(t);
  await stand.make();
  const [start] = stand.world.log.filter(({ operation }) => operation === 'codebuild:StartBuild');
  const input = start!.input as Readonly<Record<string, unknown>>;
  assert.equal(input['privilegedModeOverride'], true);
  assert.deepEqual(input['artifactsOverride'], { type: 'NO_ARTIFACTS' });
  assert.deepEqual(
    [input['sourceTypeOverride'], input['sourceLocationOverride']],
    ['S3', 'contexts/evenkeel/abc.v1.zip'],
  );
  const variables = input['environmentVariablesOverride'] as readonly {
    readonly name: string;
    readonly value: string;
  }[];
  assert.equal(variables.find(({ name }) => name === 'EVENKEEL_IMAGE')?.value, `${REPOSITORY}:abc`);
  assert.equal(stand.count('ecr:GetAuthorizationToken'), 0);
});

test('each architecture has its project, where two are named', async (t) => {
  const stand = await Stand.with(t);
  const place = { ...PLACE, arm64Project: 'images-arm' };
  const maker = new CodeBuildMaker({ place, aws: stand.gateway(), clock: stand.clock });
  await drive(stand.clock, stand.begin(maker, signal, 'x86'));
  await drive(stand.clock, stand.begin(maker, signal, 'arm', { platform: 'linux/arm64' }));
  await drive(stand.clock, stand.begin(stand.controller(), signal, 'one', { platform: 'linux/arm64' }));
  const projects = [...stand.world.truthOf(REGION).builds.values()].map(({ input }) => input.projectName);
  assert.deepEqual(projects, ['images', 'images-arm', 'images']);
  stand.world.faults.order({ fault: { kind: 'build-failure', status: 'TIMED_OUT' } });
  const late = drive(stand.clock, stand.begin(maker, signal, 'late', { platform: 'linux/arm64' }));
  await assert.rejects(late, /its project, images-arm, says/);
});

test('a context that lies there already is not sent again', async (t) => {
  const stand = await Stand.with(t);
  stand.order({ kind: 'build-failure' });
  await stand.failure();
  await stand.failure();
  assert.deepEqual([stand.count('s3:HeadObject'), stand.count('s3:PutObject')], [2, 1]);
});

test('a process that died after it started a build finds it again, also when its token is long out of date', async (t) => {
  const stand = await Stand.with(t, { buildMs: [20 * MINUTE_MS, 20 * MINUTE_MS] });
  const dead = stand.begin(stand.controller());
  await stand.begun();
  // It is never told that it died: as with SIGKILL, nothing of it is cleaned up.
  await stand.clock.advance(10 * MINUTE_MS);
  const { digest } = await stand.make(stand.controller());
  assert.deepEqual([stand.count('codebuild:StartBuild'), stand.builds()], [1, ['SUCCEEDED']]);
  assert.equal(digest, await stand.digest());
  assert.equal((await drive(stand.clock, dead)).digest, digest);
});

test('two that start at the same time start one build', async (t) => {
  const stand = await Stand.with(t);
  const both = Promise.all([stand.begin(stand.controller()), stand.begin(stand.controller())]);
  const [one, other] = await drive(stand.clock, both);
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
  assert.deepEqual(one, other);
});

test('a start whose answer is lost, and which lands after another, starts no second build', async (t) => {
  const stand = await Stand.with(t);
  const when = { operations: ['codebuild:StartBuild'], times: 1 };
  stand.world.faults.order({ when, fault: { kind: 'server-error', effect: 'later', delayMs: 20_000 } });
  await stand.failure();
  assert.deepEqual(stand.builds(), []);
  await stand.make();
  await stand.clock.advance(MINUTE_MS);
  assert.deepEqual(stand.builds(), ['SUCCEEDED']);
});

test('a build that failed is built anew when it is asked for again, though its token is still good', async (t) => {
  const stand = await Stand.with(t, { speed: 100 });
  const rule = stand.order({ kind: 'build-failure' });
  await stand.failure();
  rule.lift();
  const { digest } = await stand.make();
  assert.equal(digest, await stand.digest());
  assert.deepEqual(stand.builds(), ['FAILED', 'SUCCEEDED']);
});

test('on abort the build is stopped, and nothing is left running', async (t) => {
  const stand = await Stand.with(t);
  const stop = new AbortController();
  const making = stand.begin(stand.controller(), stop.signal);
  await stand.begun();
  await stand.clock.advance(20_000);
  stop.abort(new Error('shutting down'));
  await assert.rejects(drive(stand.clock, making), /^Error: shutting down$/);
  assert.deepEqual([stand.count('codebuild:StopBuild'), stand.builds()], [1, ['STOPPED']]);
});

test('on abort while the start is under way, what it started all the same is looked for and stopped', async (t) => {
  const stand = await Stand.with(t, { latencyMs: 1000 });
  const stop = new AbortController();
  const when = { operations: ['codebuild:StartBuild'] };
  // The call takes effect, and its answer does not come.
  stand.world.faults.order({ when, fault: { kind: 'reset', afterMs: 10_000, effect: 'now' } });
  const making = stand.begin(stand.controller(), stop.signal);
  await stand.begun();
  stop.abort(new Error('shutting down'));
  await assert.rejects(drive(stand.clock, making), /^Error: shutting down$/);
  assert.deepEqual(stand.builds(), ['STOPPED']);
});

test('an abort before anything was started starts and stops nothing', async (t) => {
  const stand = await Stand.with(t, { latencyMs: 1000 });
  const stop = new AbortController();
  const making = stand.begin(stand.controller(), stop.signal);
  await stand.clock.advance(100);
  stop.abort(new Error('shutting down'));
  await assert.rejects(drive(stand.clock, making), /^Error: shutting down$/);
  assert.deepEqual(
    [...stand.world.calls.keys()].filter((name) => name.startsWith('codebuild:')),
    [],
  );
});

test('a step that fails is a failed build, with its step, its phase and the end of the log, secrets masked', async (t) => {
  const stand = await Stand.with(t);
  stand.order({ kind: 'build-failure' });
  const failed = await stand.failure();
  assert.ok(failed instanceof BuildFailed && failed.kind === 'step');
  assert.equal(failed.step, 'RUN pip install --requirement requirements.txt');
  assert.match(failed.logTail.at(-1)!, /^#7 ERROR: process/);
  assert.match(
    failed.message,
    /^the build failed at RUN pip install .*phase BUILD: Error while executing command: docker build/,
  );
  stand.world.faults.clear();
  stand.order({ kind: 'build-failure', reason: 'Error while executing command: docker build hunter2-hunter2' });
  const { message } = await stand.failure();
  assert.ok(!message.includes('hunter2'), message);
});

const ENDINGS: readonly (readonly [Fault & { readonly kind: 'build-failure' }, RegExp])[] = [
  [
    { kind: 'build-failure', status: 'TIMED_OUT' },
    /images:\S+ timed out in its BUILD phase: its project, images, says how long.*timed out\..*last line: #7 ERROR/,
  ],
  [
    { kind: 'build-failure', status: 'FAULT' },
    /images:\S+ ended in its BUILD phase by a fault of CodeBuild's own \(Internal Service Error/,
  ],
];

for (const [fault, words] of ENDINGS) {
  test(`a build that ends as ${fault.status} says so, and may be tried again`, async (t) => {
    const stand = await Stand.with(t);
    stand.order(fault);
    const failed = await stand.failure();
    assert.ok(failed instanceof EngineUnavailable);
    assert.match(failed.message, words);
  });
}

test('a build that somebody stopped says so', async (t) => {
  const stand = await Stand.with(t);
  const making = stand.begin(stand.controller());
  await stand.begun();
  await stand.clock.advance(20_000);
  const [id] = stand.world.truthOf(REGION).builds.keys();
  await stand.send('codebuild:StopBuild', { id });
  await assert.rejects(drive(stand.clock, making), /was stopped in CodeBuild in its \w+ phase, not by this controller/);
});

test('a repository that is not there fails the push; a tag that is there already is success', async (t) => {
  const stand = await Stand.with(t);
  await stand.make();
  // Its image is asked for once more, as by a process that saw ECR before the first push.
  assert.deepEqual(await stand.make(), { digest: '' });
  await stand.send('ecr:DeleteRepository', { repositoryName: 'agent', force: true });
  const failed = await stand.failure();
  assert.ok(failed instanceof PushFailed);
  assert.match(
    failed.message,
    /^pushing the image failed: name unknown: .*phase BUILD: Error while executing command: docker push/,
  );
});

test('a project or bucket that is not there is named with the option that names it', async (t) => {
  const noBucket = await Stand.with(t, { impliedBuckets: false });
  assert.match((await noBucket.failure()).message, /no S3 bucket contexts, which EVENKEEL_CODEBUILD_BUCKET names/);
  const noProject = await Stand.with(t, { impliedProjects: false });
  const words = /no CodeBuild project images in us-east-1, which EVENKEEL_CODEBUILD_PROJECT names/;
  assert.match((await noProject.failure()).message, words);
});

test('a source that CodeBuild cannot fetch is told with what its role needs', async (t) => {
  const stand = await Stand.with(t);
  const making = stand.begin(stand.controller());
  await stand.begun();
  stand.world.truthOf(REGION).buckets.clear();
  await assert.rejects(
    drive(stand.clock, making),
    /failed in its DOWNLOAD_SOURCE phase: the service role of images needs s3:GetObject on arn:aws:s3:::contexts\/evenkeel\/\*/,
  );
});

test('a log that may not be read spoils nothing, and a failure says why it has no lines', async (t) => {
  const stand = await Stand.with(t);
  stand.world.faults.order({ when: { operations: ['logs:GetLogEvents'] }, fault: { kind: 'access-denied' } });
  await stand.make();
  assert.equal(stand.count('logs:GetLogEvents'), 3);
  stand.order({ kind: 'build-failure' });
  const { message } = await stand.failure();
  assert.match(message, /its log could not be read: logs:GetLogEvents: AccessDeniedException.*logs:GetLogEvents/);
});

test('a denied start names the action, and a throttled or broken read is only waited for', async (t) => {
  const denied = await Stand.with(t);
  denied.world.faults.order({ when: { operations: ['codebuild:StartBuild'] }, fault: { kind: 'access-denied' } });
  assert.match((await denied.failure()).message, /not authorized to perform: codebuild:StartBuild/);
  const shaky = await Stand.with(t);
  shaky.world.faults.order({ when: { operations: ['*:BatchGetBuilds'], every: 2 }, fault: { kind: 'reset' } });
  shaky.world.faults.order({ when: { operations: ['*:GetLogEvents'], every: 2 }, fault: { kind: 'throttle' } });
  assert.equal((await shaky.make()).digest, await shaky.digest());
  assert.deepEqual(shaky.builds(), ['SUCCEEDED']);
});

test('many builds at once are described in one call each time they are looked at', async (t) => {
  const stand = await Stand.with(t);
  const maker = stand.controller();
  const tags = Array.from({ length: 20 }, (_, index) => `tag${index}`);
  await drive(stand.clock, Promise.all(tags.map((tag) => stand.begin(maker, signal, tag))));
  assert.equal(stand.builds().filter((status) => status === 'SUCCEEDED').length, 20);
  // Twenty alone would be looked at ten times each.
  assert.ok(stand.count('codebuild:BatchGetBuilds') < 60, String(stand.count('codebuild:BatchGetBuilds')));
});

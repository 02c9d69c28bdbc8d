import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BuildFailed, EngineUnavailable, PushFailed } from '../../src/build/build-errors.ts';
import { BuildRefused } from '../../src/build/build-refused.ts';
import { BuildahBuilder } from '../../src/build/buildah-builder.ts';
import type { Builder, BuildProgress, BuildRequest, BuiltImage, Destination } from '../../src/build/builder.ts';
import { DockerBuilder } from '../../src/build/docker-builder.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type Call, FakeEngine, type Rule } from './support/fake-engine.ts';
import { contextOf, folder, plant, signal } from './support/tree.ts';

const ID = `sha256:${'a'.repeat(64)}`;
const DIGEST = `sha256:${'d'.repeat(64)}`;
const BUILT: BuiltImage = { imageId: ID, localRef: 'evenkeel-build:aaaaaaaaaaaaaaaa' };
const PASSWORD = 'canary-password-Zq8x';
const AUTH = Buffer.from(`AWS:${PASSWORD}`).toString('base64');
const TO: Destination = {
  registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  repository: 'team/agent',
  tag: 'v1-abc',
  credentials: { username: 'AWS', password: PASSWORD },
};
const USER_CONFIG = '{"auths":{"private.example":{"auth":"b3duOmxvZ2lu"}},"currentContext":"colima"}';

/** A builder over a fake engine, in a place of its own. */
interface Stand {
  readonly builder: Builder;
  readonly engine: FakeEngine;
  readonly clock: FakeClock;
  readonly home: string;
  readonly temp: string;
}

const ENV = {
  AWS_SECRET_ACCESS_KEY: 'canary-aws',
  AWS_SESSION_TOKEN: 'canary-aws',
  OPENAI_API_KEY: 'canary-openai',
  NODE_OPTIONS: '--no-warnings',
  https_proxy: 'http://proxy:3128',
};

function stand(t: TestContext, name: 'docker' | 'buildah', rules: readonly Rule[]): Stand {
  const root = folder(t, { 'home/.docker/config.json': USER_CONFIG, temp: null });
  const engine = new FakeEngine(root, name, rules);
  const clock = new FakeClock();
  const [home, tempFolder] = [join(root, 'home'), join(root, 'temp')];
  const env = { ...ENV, PATH: engine.path, HOME: home };
  const builder =
    name === 'docker'
      ? new DockerBuilder({ env, tempFolder, clock })
      : new BuildahBuilder({ flavour: 'buildah', env, tempFolder, clock });
  return { builder, engine, clock, home, temp: tempFolder };
}

async function request(t: TestContext, more: Partial<BuildRequest> = {}): Promise<BuildRequest> {
  const root = folder(t, { Dockerfile: 'FROM x', '-oProxyCommand=x': 'a name like a flag', '$(id)': '' });
  return { context: await contextOf(root), args: {}, labels: {}, platform: 'linux/amd64', ...more };
}

const NO_BUILDX: Rule = { when: ['buildx', 'version'], exit: 1, err: 'unknown command' };
const INSPECT: Rule = { when: ['inspect'], out: 'amd64 12345\n' };
const DOCKER_PUSHES: Rule = {
  when: ['push'],
  out: `aaaa: Pushed\nbbbb: Layer already exists\nv1-abc: digest: ${DIGEST} size: 527\n`,
};

/** Fails when a canary, in any form, was seen by the engine as an argument or in its environment. */
function assertNoSecrets(calls: readonly Call[]): void {
  for (const { args, env } of calls) {
    const seen = JSON.stringify({ args, env });
    for (const secret of [PASSWORD, AUTH, 'canary-aws', 'canary-openai']) {
      assert.ok(!seen.includes(secret), `${secret} in ${args.join(' ')}`);
    }
  }
}

function pushCall(calls: readonly Call[]): Call {
  const call = calls.find(({ args }) => args.includes('push'));
  assert.ok(call !== undefined);
  return call;
}

function buildCall(calls: readonly Call[]): Call {
  const call = calls.find(({ args }) => args[1] === 'build');
  assert.ok(call !== undefined);
  return call;
}

test('docker gets the credentials of a push through a private file that is gone afterwards', async (t) => {
  const { builder, engine, home, temp } = stand(t, 'docker', [DOCKER_PUSHES]);
  const told: BuildProgress[] = [];
  assert.deepEqual(await builder.push(BUILT, TO, (said) => told.push(said), signal), { digest: DIGEST });
  assert.deepEqual(told, [{ kind: 'pushed', layers: 1, present: 1 }]);
  const { env, files } = pushCall(engine.calls);
  const config = files[`${env['DOCKER_CONFIG']}/config.json`];
  assert.equal(config?.mode, 0o600);
  assert.deepEqual(JSON.parse(config.text), { auths: { [TO.registry]: { auth: AUTH } }, currentContext: 'colima' });
  assert.ok(!existsSync(env['DOCKER_CONFIG'] ?? ''), 'removed');
  assert.deepEqual(readdirSync(temp), []);
  assert.equal(readFileSync(join(home, '.docker/config.json'), 'utf8'), USER_CONFIG);
  assert.deepEqual(readdirSync(join(home, '.docker')), ['config.json']);
  assertNoSecrets(engine.calls);
});

test('buildah gets them through a private file, too', async (t) => {
  const { builder, engine, temp } = stand(t, 'buildah', [{ when: ['push'], write: { '--digestfile': DIGEST } }]);
  assert.deepEqual(await builder.push(BUILT, TO, () => {}, signal), { digest: DIGEST });
  const { args, files } = pushCall(engine.calls);
  const [file] = Object.values(files);
  assert.equal(file?.mode, 0o600);
  assert.deepEqual(JSON.parse(file.text), { auths: { [TO.registry]: { auth: AUTH } } });
  assert.ok(!args.some((arg) => arg.startsWith('--tls-verify')), 'only loopback registries are spoken to in the clear');
  assert.deepEqual(readdirSync(temp), []);
  assertNoSecrets(engine.calls);
});

/** What the registry says -> what it means, and whether the tag may have been written all the same. */
const REFUSALS: readonly (readonly [string, string, 'none' | 'unknown'])[] = [
  ['denied: Your authorization token has expired. Reauthenticate and try again.', 'expired-token', 'none'],
  ['denied: User: arn:aws:sts::1:x is not authorized to perform: ecr:InitiateLayerUpload', 'denied', 'none'],
  ['no basic auth credentials', 'denied', 'none'],
  ['unauthorized: authentication required', 'denied', 'none'],
  [
    "tag invalid: The image tag 'v1' already exists in the 'a' repository and cannot be overwritten because the repository is immutable.",
    'tag-exists',
    'none',
  ],
  ['write /var/lib/docker/tmp/x: no space left on device', 'disk-full', 'none'],
  ['dial tcp 10.0.0.1:443: connect: connection refused', 'registry-down', 'unknown'],
  ['lookup x on 10.0.0.2:53: no such host', 'registry-down', 'unknown'],
  ['received unexpected HTTP status: 503 Service Unavailable', 'registry-down', 'unknown'],
  ['unexpected EOF while uploading', 'registry-down', 'unknown'],
  ['something nobody has seen before', 'unknown', 'unknown'],
];
for (const [words, kind, effect] of REFUSALS) {
  test(`a push that ends with "${words}" is ${kind}`, async (t) => {
    const { builder, engine, temp } = stand(t, 'docker', [{ when: ['push'], exit: 1, err: `${PASSWORD}\n${words}\n` }]);
    await assert.rejects(
      builder.push(BUILT, TO, () => {}, signal),
      (thrown) => {
        assert.ok(thrown instanceof PushFailed, String(thrown));
        assert.deepEqual([thrown.kind, thrown.effect], [kind, effect]);
        assert.ok(!`${thrown.message}${thrown.logTail.join()}`.includes(PASSWORD));
        return true;
      },
    );
    assert.deepEqual(readdirSync(temp), []);
    assert.ok(
      engine.calls.some(({ args }) => args.includes('rm')),
      'the name of the push is taken away',
    );
  });
}

test('a push that ended well but told no digest is not believed', async (t) => {
  const { builder } = stand(t, 'docker', [{ when: ['push'], out: 'aaaa: Pushed\n' }]);
  await assert.rejects(
    builder.push(BUILT, TO, () => {}, signal),
    PushFailed,
  );
});

const BUILD_LOG = `Step 1/3 : FROM x
 ---> Using cache
Step 2/3 : COPY . .
 ---> 1234
Step 3/3 : RUN ["true"]
 ---> Running in 5678
Successfully built aaaa
`;

test('the classic builder is used where there is no buildx, and its steps are told', async (t) => {
  const builds: Rule = { when: ['build'], out: BUILD_LOG, write: { '--iidfile': ID } };
  const { builder, engine, clock, temp } = stand(t, 'docker', [NO_BUILDX, INSPECT, builds]);
  const told: BuildProgress[] = [];
  const wanted = await request(t, {
    target: 'runtime',
    args: { A: '--privileged; rm -rf /' },
    labels: { 'a.b/c': '$(id)' },
  });
  const built = await builder.build(wanted, (said) => told.push(said), signal);
  assert.deepEqual(built, { ...BUILT, sizeBytes: 12345 });
  assert.deepEqual(told, [
    { kind: 'step', n: 1, of: 3, text: 'FROM x', cached: false },
    { kind: 'step', n: 1, of: 3, text: 'FROM x', cached: true },
    { kind: 'step', n: 2, of: 3, text: 'COPY . .', cached: false },
    { kind: 'step', n: 3, of: 3, text: 'RUN ["true"]', cached: false },
    { kind: 'done', seconds: clock.elapsed() / 1000, sizeBytes: 12345, cachedSteps: 1 },
  ]);
  const call = buildCall(engine.calls);
  assert.ok(call.args.includes('--build-arg=A=--privileged; rm -rf /'), 'one argument, as it is');
  assert.ok(call.args.includes('--target=runtime') && call.args.includes('--label=a.b/c=$(id)'));
  assert.equal(call.args.at(-2), '--');
  assert.equal(call.env['DOCKER_BUILDKIT'], '0');
  assert.equal(call.env['https_proxy'], 'http://proxy:3128');
  assert.equal(call.env['NODE_OPTIONS'], undefined);
  assertNoSecrets(engine.calls);
  assert.deepEqual(readdirSync(temp), []);
});

const PLAIN_LOG = `#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#4 [base 1/2] FROM docker.io/library/python:3.11
#5 [base 2/2] RUN pip install
#5 CACHED
#6 [stage-1 1/1] COPY . .
#6 DONE 0.1s
`;

test('buildx is used where it is installed, makes no provenance, and reads the user’s logins from a copy', async (t) => {
  const builds: Rule = { when: ['build'], err: PLAIN_LOG, write: { '--iidfile': ID } };
  const { builder, engine, home } = stand(t, 'docker', [INSPECT, builds]);
  const told: BuildProgress[] = [];
  await builder.build(await request(t), (said) => told.push(said), signal);
  const steps = told.filter((said) => said.kind === 'step').map(({ n, of, text, cached }) => [n, of, text, cached]);
  assert.deepEqual(steps, [
    [1, 2, 'FROM docker.io/library/python:3.11', false],
    [2, 2, 'RUN pip install', false],
    [2, 2, 'RUN pip install', true],
    [1, 1, 'COPY . .', false],
  ]);
  const call = buildCall(engine.calls);
  assert.ok(call.args.includes('--provenance=false'));
  const config = call.env['DOCKER_CONFIG'] ?? '';
  assert.ok(!config.startsWith(home) && call.files[`${config}/config.json`]?.text === USER_CONFIG);
  assert.ok(!call.env['BUILDX_CONFIG']?.startsWith(home));
});

test('a failed step is named, and secret-looking build arguments are not in what is told of it', async (t) => {
  const log = '#7 [2/2] RUN pip\n#7 0.1 using hunter2hunter2 AKIAABCDEFGHIJKLMNOP\n#7 ERROR: exit code: 1\n';
  const { builder } = stand(t, 'docker', [{ when: ['build'], err: log, exit: 1 }]);
  const wanted = await request(t, { args: { PIP_PASSWORD: 'hunter2hunter2', VERSION: '3.11' } });
  await assert.rejects(
    builder.build(wanted, () => {}, signal),
    (thrown) => {
      assert.ok(thrown instanceof BuildFailed);
      assert.deepEqual([thrown.kind, thrown.step], ['step', 'RUN pip']);
      assert.equal(thrown.logTail[1], '#7 0.1 using *** ***');
      assert.equal(thrown.message, 'the build failed at RUN pip: #7 ERROR: exit code: 1');
      return true;
    },
  );
});

test('the end of a log is at most fifty lines', async (t) => {
  const { builder } = stand(t, 'docker', [{ when: ['build'], err: 'line\n'.repeat(500), exit: 1 }]);
  await assert.rejects(
    builder.build(await request(t), () => {}, signal),
    (thrown) => {
      return thrown instanceof BuildFailed && thrown.logTail.length === 50;
    },
  );
});

const BUILD_ENDS: readonly (readonly [string, string])[] = [
  ['ERROR: failed to solve: write /x: no space left on device', 'disk-full'],
  ['pull access denied for nope, repository does not exist', 'base-image'],
  ['manifest for python:nope not found: manifest unknown', 'base-image'],
  ['The command returned a non-zero code: 7', 'step'],
];
for (const [words, kind] of BUILD_ENDS) {
  test(`a build that ends with "${words}" is ${kind}`, async (t) => {
    const { builder } = stand(t, 'docker', [{ when: ['build'], err: words, exit: 1 }]);
    await assert.rejects(
      builder.build(await request(t), () => {}, signal),
      (thrown) => {
        return thrown instanceof BuildFailed && thrown.kind === kind;
      },
    );
  });
}

test('an engine that restarts in the middle is told from a build that fails', async (t) => {
  const err = 'ERROR: error reading from server: EOF\n';
  const { builder } = stand(t, 'docker', [{ when: ['build'], err, exit: 1 }]);
  await assert.rejects(
    builder.build(await request(t), () => {}, signal),
    EngineUnavailable,
  );
});

test('an image for another machine than the task’s is refused', async (t) => {
  const builds: Rule = { when: ['build'], write: { '--iidfile': ID } };
  const { builder } = stand(t, 'docker', [INSPECT, builds]);
  const wanted = await request(t, { platform: 'linux/arm64' });
  await assert.rejects(
    builder.build(wanted, () => {}, signal),
    (thrown) => {
      return (
        thrown instanceof BuildFailed && thrown.kind === 'wrong-architecture' && /amd64.*arm64/.test(thrown.message)
      );
    },
  );
});

test('the engine reads a copy of exactly what was listed', async (t) => {
  const builds: Rule = { when: ['build'], write: { '--iidfile': ID } };
  const { builder, engine } = stand(t, 'docker', [INSPECT, builds]);
  const wanted = await request(t);
  plant(wanted.context.directory, { 'came-later': '' });
  await builder.build(wanted, () => {}, signal);
  const call = buildCall(engine.calls);
  assert.ok(call.args.at(-1)?.endsWith('/context'));
  assert.ok(!call.args.at(-1)?.startsWith(wanted.context.directory));
});

for (const name of ['docker', 'buildah'] as const) {
  test(`a build by ${name} first removes what a killed one left`, async (t) => {
    const id = 'c'.repeat(64);
    const builds: Rule = { when: ['build'], write: { '--iidfile': ID } };
    const inspects: Rule = { when: ['inspect'], out: name === 'docker' ? 'amd64 12345\n' : 'amd64\n' };
    const rules: readonly Rule[] = [NO_BUILDX, inspects, builds, { when: ['containers'], out: `${id}\n` }];
    const { builder, engine, temp, clock } = stand(t, name, rules);
    const left = join(temp, 'evenkeel-build-abcDEF');
    mkdirSync(left, { mode: 0o700 });
    const longAgo = clock.now() / 1000 - 100_000;
    utimesSync(left, longAgo, longAgo);
    const store = join(temp, '..', 'store');
    plant(store, {
      [`vfs-containers/${id}/userdata/buildah.json`]: JSON.stringify({ Args: { EVENKEEL_BUILD: left } }),
    });
    new FakeEngine(join(temp, '..'), name, [{ when: ['info'], out: `${store}|vfs\n` }, ...rules]);
    await builder.build(await request(t), () => {}, signal);
    assert.deepEqual(readdirSync(temp), []);
    const removed = engine.calls.filter(({ args }) => args[0] === 'rm').map(({ args }) => args[1]);
    assert.deepEqual(removed, name === 'buildah' ? [id] : []);
  });
}

const BAD: readonly (readonly [string, Partial<BuildRequest>])[] = [
  ['target', { target: '--privileged' }],
  ['target', { target: 'a b' }],
  ['args', { args: { '-x': '1' } }],
  ['args', { args: { 'A=B': '1' } }],
  ['args.A', { args: { A: 'x\0y' } }],
  ['args.A', { args: { A: 'x'.repeat(200_000) } }],
  ['labels', { labels: { '--x': '1' } }],
];
for (const [field, more] of BAD) {
  test(`a build with ${JSON.stringify(more).slice(0, 60)} is refused before the engine hears of it`, async (t) => {
    for (const name of ['docker', 'buildah'] as const) {
      const { builder, engine } = stand(t, name, []);
      await assert.rejects(
        builder.build(await request(t, more), () => {}, signal),
        (thrown) => {
          return thrown instanceof BuildRefused && thrown.reason === 'bad-argument' && thrown.path === field;
        },
      );
      assert.deepEqual(engine.calls, []);
    }
  });
}

const BAD_PLACES: readonly Partial<Destination>[] = [
  { registry: '-oProxyCommand=x' },
  { registry: 'a/b' },
  { registry: '$(id)' },
  { repository: '../x' },
  { repository: 'UPPER' },
  { tag: '-x' },
  { tag: 'a;rm' },
  { tag: '' },
];
for (const bad of BAD_PLACES) {
  test(`a push to ${JSON.stringify(bad)} is refused before the engine hears of it`, async (t) => {
    for (const name of ['docker', 'buildah'] as const) {
      const { builder, engine } = stand(t, name, []);
      await assert.rejects(
        builder.push(BUILT, { ...TO, ...bad }, () => {}, signal),
        BuildRefused,
      );
      assert.deepEqual(engine.calls, []);
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

for (const name of ['docker', 'buildah'] as const) {
  test(`an abort ends ${name}, deaf as it may be, with its children, and removes every file`, async (t) => {
    const hangs: Rule = { when: ['push'], hang: true, out: 'begun\n' };
    const { builder, engine, clock, temp } = stand(t, name, [hangs]);
    const stop = new AbortController();
    let ended = false;
    const running = builder
      .push(BUILT, TO, () => {}, stop.signal)
      .finally(() => {
        ended = true;
      });
    const rejected = assert.rejects(running, /enough/);
    const childFile = join(engine.path, '..', 'calls.jsonl.child');
    while (!existsSync(childFile) || readFileSync(childFile, 'utf8') === '') await setImmediate();
    const pids = [pushCall(engine.calls).pid, Number(readFileSync(childFile, 'utf8'))];
    assert.ok(pids.every(isAlive));
    stop.abort(new Error('enough'));
    while (!ended) {
      await clock.advance(2000);
      await setImmediate();
    }
    await rejected;
    while (pids.some(isAlive)) await setImmediate();
    assert.deepEqual(readdirSync(temp), []);
  });
}

test('what has been aborted before it began starts nothing', async (t) => {
  const { builder, engine } = stand(t, 'docker', []);
  const over = AbortSignal.abort(new Error('enough'));
  await assert.rejects(
    builder.build(await request(t), () => {}, over),
    /enough/,
  );
  assert.deepEqual(engine.calls, []);
});

test('a program that is not installed is said to be missing, with the way to get it', async (t) => {
  for (const name of ['docker', 'buildah'] as const) {
    const root = folder(t, { empty: null });
    const options = { env: { PATH: join(root, 'empty') }, tempFolder: root, clock: new FakeClock() };
    const builder = name === 'docker' ? new DockerBuilder(options) : new BuildahBuilder({ ...options, flavour: name });
    const answer = await builder.available(signal);
    assert.ok(answer.kind === 'missing' && answer.why.includes(name) && answer.remedy.includes('apt-get install'));
    await assert.rejects(
      builder.build(await request(t), () => {}, signal),
      EngineUnavailable,
    );
  }
});

import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BuildFailed, EngineUnavailable, PushFailed } from '../../src/build/build-errors.ts';
import type { BuildProgress, BuildRequest, BuiltImage } from '../../src/build/builder.ts';
import { DockerBuilder } from '../../src/build/docker-builder.ts';
import { SystemClock } from '../../src/lib/clock.ts';
import { enginesUnderTest, type Subject } from './support/engine-subjects.ts';
import {
  BUSYBOX,
  digestInRegistry,
  type Registry,
  shortFolder,
  startDockerd,
  startRegistry,
  whyNot,
} from './support/engines.ts';
import { contextOf, plant, signal } from './support/tree.ts';

const DOCKERFILE = `FROM scratch AS base
ARG GREETING
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "echo $GREETING > /greeting"]
FROM base
COPY . /srv
CMD ["/bin/busybox", "cat", "/greeting"]
`;
const clock = new SystemClock();

const ENGINES = enginesUnderTest();

for (const { name, skip, start } of ENGINES) {
  describe(`a real ${name} and a real registry`, { skip: skip ?? false }, () => {
    let subject: Subject;
    let registry: Registry;
    let folder: string;
    before(async () => {
      folder = shortFolder();
      registry = await startRegistry();
      subject = await start(folder);
    });
    after(async () => {
      await registry[Symbol.asyncDispose]();
      await subject.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A folder with busybox in it, as a request. */
    async function request(dockerfile: string, more: Partial<BuildRequest> = {}): Promise<BuildRequest> {
      const context = join(folder, 'context');
      rmSync(context, { recursive: true, force: true });
      plant(context, {
        Dockerfile: dockerfile,
        'app/main.py': 'print(1)',
        '.dockerignore': 'app/*.log',
        'app/a.log': '',
      });
      cpSync(BUSYBOX, join(context, 'busybox'));
      const args = { GREETING: 'hello' };
      const platform = process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
      const buildNetwork = subject.network;
      return { context: await contextOf(context), args, platform, labels: {}, buildNetwork, ...more };
    }
    async function build(wanted: BuildRequest): Promise<{ built: BuiltImage; told: BuildProgress[] }> {
      const told: BuildProgress[] = [];
      const built = await subject.builder.build(wanted, (progress) => told.push(progress), signal);
      return { built, told };
    }

    test('it says that it is available', async () => {
      const answer = await subject.builder.available(signal);
      assert.equal(answer.kind, 'available', JSON.stringify(answer));
    });

    test('a folder becomes an image, is pushed with a login, and the registry has it under the digest told', async () => {
      const { built, told } = await build(await request(DOCKERFILE));
      assert.match(built.imageId, /^sha256:[0-9a-f]{64}$/);
      assert.ok(told.some((said) => said.kind === 'step' && said.text.includes('COPY busybox') && !said.cached));
      const done = told.at(-1);
      assert.ok(done?.kind === 'done' && done.seconds > 0);
      assert.ok((done.sizeBytes ?? 0) > statSync(BUSYBOX).size, 'the size is told');
      const to = {
        registry: registry.host,
        repository: 'team/agent',
        tag: 'v1-abc',
        credentials: registry.credentials,
      };
      const pushed: BuildProgress[] = [];
      const { digest } = await subject.builder.push(built, to, (progress) => pushed.push(progress), signal);
      assert.equal(await digestInRegistry(registry, 'team/agent', 'v1-abc'), digest);
      assert.equal(pushed[0]?.kind, 'pushed');
      assert.ok(pushed[0]?.kind === 'pushed' && pushed[0].layers > 0);
      assert.deepEqual(readdirSync(subject.temp), [], 'nothing is left in the temporary folder');
      assert.ok(!subject.images().includes(registry.host), 'the name of the push is gone');
      const again = await subject.builder.push(built, to, () => {}, signal);
      assert.equal(again.digest, digest, 'the same push again changes nothing');
      assert.equal(
        subject.runPulled(registry, `team/agent@${digest}`),
        name.startsWith('docker') ? 'hello\n' : undefined,
      );
    });

    test('the same folder again is built from the cache', async () => {
      await build(await request(DOCKERFILE));
      const { told } = await build(await request(DOCKERFILE));
      const done = told.at(-1);
      assert.ok(done?.kind === 'done' && done.cachedSteps >= 3, JSON.stringify(told));
    });

    test('the image says which machine it is for', async () => {
      const { built } = await build(await request(DOCKERFILE));
      const expected = process.arch === 'arm64' ? 'arm64' : 'amd64';
      assert.equal(await subject.builder.inspectArchitecture(built, signal), expected);
    });

    test('a step that fails is named, with the end of the log, without what looks secret', async () => {
      const failing = `${DOCKERFILE}ARG API_TOKEN\nRUN ["/bin/busybox", "sh", "-c", "echo said $API_TOKEN; exit 7"]\n`;
      const wanted = await request(failing, { args: { API_TOKEN: 'canary-canary-1234' } });
      await assert.rejects(build(wanted), (thrown) => {
        assert.ok(thrown instanceof BuildFailed, String(thrown));
        assert.equal(thrown.kind, 'step');
        assert.match(thrown.step ?? '', /exit 7/);
        assert.ok(
          thrown.logTail.some((line) => line.includes('said ***')),
          thrown.logTail.join('\n'),
        );
        assert.ok(!JSON.stringify(thrown).includes('canary-canary'));
        return true;
      });
      assert.deepEqual(readdirSync(subject.temp), []);
    });

    test('a push with a wrong password is denied, and one to nowhere is not', async () => {
      const { built } = await build(await request(DOCKERFILE));
      const credentials = { username: 'AWS', password: 'wrong-wrong' };
      const to = { registry: registry.host, repository: 'team/agent', tag: 'v2', credentials };
      const kindOf = (kind: string, effect: string) => (thrown: unknown) => {
        assert.ok(thrown instanceof PushFailed, String(thrown));
        assert.deepEqual([thrown.kind, thrown.effect], [kind, effect], thrown.logTail.join('\n'));
        assert.ok(!JSON.stringify(thrown).includes('wrong-wrong'));
        return true;
      };
      await assert.rejects(
        subject.builder.push(built, to, () => {}, signal),
        kindOf('denied', 'none'),
      );
      const nowhere = { ...to, registry: '127.0.0.1:1' };
      await assert.rejects(
        subject.builder.push(built, nowhere, () => {}, signal),
        kindOf('registry-down', 'unknown'),
      );
      assert.deepEqual(readdirSync(subject.temp), []);
    });

    test('an abort in the middle of a step leaves no container and no file', async () => {
      const stop = new AbortController();
      const endless = `${DOCKERFILE}RUN ["/bin/busybox", "sleep", "1000"]\n`;
      const running = subject.builder.build(
        await request(endless),
        (said) => {
          if (said.kind === 'step' && said.text.includes('sleep')) stop.abort(new Error('enough'));
        },
        stop.signal,
      );
      await assert.rejects(running, /enough/);
      assert.deepEqual(readdirSync(subject.temp), []);
      // Docker's engine removes the container after its client has gone; each question takes a while, too.
      let containers = subject.containers();
      for (let asked = 0; containers !== '' && asked < 100; asked++) containers = subject.containers();
      assert.equal(containers, '');
    });

    test('a discarded image is gone, and discarding it again is no error', async () => {
      const { built } = await build(await request(`${DOCKERFILE}# another\nLABEL a=b\n`));
      await subject.builder.discard(built, signal);
      assert.ok(!subject.images().includes(built.localRef.replace('localhost/', '')));
      await subject.builder.discard(built, signal);
    });
  });
}

test('an engine that is stopped in the middle is told from a build that fails', {
  skip: ENGINES[0]?.skip ?? false,
}, async (t) => {
  const folder = shortFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using daemon = await startDockerd();
  plant(folder, { 'c/Dockerfile': 'FROM scratch\nCOPY b /b\nRUN ["/b", "sleep", "1000"]', temp: null });
  cpSync(BUSYBOX, join(folder, 'c/b'));
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: daemon.address };
  const builder = new DockerBuilder({ env, tempFolder: join(folder, 'temp'), clock });
  const context = await contextOf(join(folder, 'c'));
  const request: BuildRequest = { context, args: {}, labels: {}, platform: 'linux/amd64', buildNetwork: 'none' };
  const stop = (said: BuildProgress): void => {
    if (said.kind === 'step' && said.text.includes('sleep')) daemon.stop();
  };
  await assert.rejects(builder.build(request, stop, signal), EngineUnavailable);
  assert.deepEqual(readdirSync(join(folder, 'temp')), []);
});

test('an engine that is not there is told from a build that fails', { skip: whyNot('docker') ?? false }, async (t) => {
  const folder = shortFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  plant(folder, { 'c/Dockerfile': 'FROM scratch\nLABEL a=b' });
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: `unix://${folder}/none.sock` };
  const builder = new DockerBuilder({ env, tempFolder: folder, clock });
  const answer = await builder.available(signal);
  assert.ok(answer.kind === 'missing' && /does not answer/.test(answer.why), JSON.stringify(answer));
  const context = await contextOf(join(folder, 'c'));
  const request: BuildRequest = { context, args: {}, labels: {}, platform: 'linux/amd64' };
  await assert.rejects(
    builder.build(request, () => {}, signal),
    EngineUnavailable,
  );
  assert.deepEqual(readdirSync(folder), ['c']);
});

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestInRegistry } from '../build/support/engines.ts';
import { Container } from './support/container.ts';
import { whyNoImages, Yard } from './support/yard.ts';

const skip = whyNoImages();

describe('docker builds the example, and what ECS would run answers', { skip: skip ?? false }, () => {
  let yard: Yard;
  let manifest: string;
  before(async () => {
    yard = await Yard.open({ base: true });
    manifest = yard.plantExample('agent');
  });
  after(() => yard[Symbol.asyncDispose]());

  /** Operations of ECR that only a look at the registry makes. */
  const looks = (): number => yard.aws.take().filter(({ operation }) => operation === 'BatchGetImage').length;

  let image = '';
  test('apply builds it, pushes it, pins its digest and deploys it; the user’s own configuration is not touched', async () => {
    const before = yard.homePrint();
    const { code, out, err } = await yard.apply(manifest);
    assert.equal(code, 0, `${out}\n${err}`);
    image = yard.deployed();
    const [, host, repository, digest] = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(image) ?? [];
    assert.equal(host, yard.front.host, image);
    const tag = /build image orders-agent:([0-9a-z]+)/.exec(err)?.[1] ?? '';
    assert.equal(await digestInRegistry(yard.registry, repository ?? '', tag), digest);
    assert.equal(yard.homePrint(), before);
    assert.deepEqual(yard.leftovers(), []);
    assert.ok(!`${out}${err}`.includes(yard.registry.credentials.password));
  });

  test('whoever waits sees the steps, how much was cached, the size and the seconds, a line each', async () => {
    appendFileSync(join(dirname(manifest), 'agent_server.py'), '# another\n');
    const { code, err } = await yard.apply(manifest);
    assert.equal(code, 0, err);
    assert.match(err, /image: step \d+\/\d+ COPY \. \./);
    assert.match(err, /image: built in \d+ s, \d+ steps? from the cache, \d+ MB/);
    assert.match(err, /image: pushed \d+ layers?, \d+ were there/);
    assert.ok(!err.includes('\r') && !err.includes('\u001b'), 'nothing is drawn over');
  });

  test('pulled by its digest it runs without root, answers, and ends what it has begun when it is told to stop', async () => {
    await yard.docker('pull', '--quiet', image);
    assert.equal(await yard.docker('image', 'inspect', '--format={{.Config.User}}', image), '10001:10001');
    await using container = await Container.start(yard, image, {
      SLOW_ANSWER: '3',
      DRAIN_SECONDS: '1',
      MAX_CONCURRENCY: '1',
      MAX_WAITING: '0',
    });
    assert.deepEqual(await container.json('/health'), { status: 200, body: { status: 'ok', draining: false } });
    const asked = container.json('/invocations', { input: { prompt: 'look_up_order A-1001' } });
    // One at a time: that it is not ready says that the answer is in the making.
    await container.answers('/ready', 503);
    await container.signal('TERM');
    await container.answers('/health', 503);
    const { status, body } = await asked;
    assert.equal(status, 200);
    assert.match(JSON.stringify(body), /Parcel North/);
    assert.equal(await container.exitCode(), 0);
  });

  test('the same again: nothing is built, nothing is pushed, and ECR is asked once', async () => {
    await yard.apply(manifest);
    yard.front.takeWrites();
    yard.aws.take();
    const { code, err } = await yard.apply(manifest);
    assert.equal(code, 0, err);
    assert.equal(looks(), 1);
    assert.deepEqual(yard.front.takeWrites(), []);
    assert.doesNotMatch(err, /build image/);
  });

  test('another time on a file changes nothing; another byte in it is another image', async () => {
    const agent = join(dirname(manifest), 'generated_agent.py');
    utimesSync(agent, 1, 1);
    yard.front.takeWrites();
    const touched = await yard.apply(manifest);
    assert.equal(touched.code, 0, touched.err);
    assert.deepEqual(yard.front.takeWrites(), []);
    writeFileSync(agent, readFileSync(agent, 'utf8').replace('Parcel North', 'Parcel South'));
    yard.aws.take();
    const changed = await yard.apply(manifest);
    assert.equal(changed.code, 0, changed.err);
    assert.ok(yard.front.takeWrites().length > 0);
    const now = yard.deployed();
    assert.notEqual(now, image);
    await yard.docker('pull', '--quiet', now);
    await using container = await Container.start(yard, now);
    const { body } = await container.json('/invocations', { input: { prompt: 'look_up_order A-1001' } });
    assert.match(JSON.stringify(body), /Parcel South/);
  });

  test('a folder with nothing but the agent becomes an image by the template', async () => {
    const bare = yard.plantExample('bare', ['generated_agent.py', 'evenkeel.yaml']);
    writeFileSync(bare, readFileSync(bare, 'utf8').replace('name: orders-agent', 'name: bare-agent'));
    yard.aws.take();
    const { code, out, err } = await yard.apply(bare);
    assert.equal(code, 0, `${out}\n${err}`);
    const built = yard.deployed();
    await yard.docker('pull', '--quiet', built);
    await using container = await Container.start(yard, built);
    assert.equal((await container.json('/health')).status, 200);
  });

  test('two services of the same folder are built once: the same image, whatever is random in it, is in both repositories', async () => {
    const random = 'RUN ["/bin/busybox", "sh", "-c", "head -c 16 /dev/urandom > /random"]';
    const files = { Dockerfile: `FROM scratch\nCOPY busybox /bin/busybox\n${random}\n` };
    const both = ['twin-a', 'twin-b'].flatMap((name) => ['-f', yard.plantSmall(name, files)]);
    const { code, out, err } = await yard.run(['apply', '--yes', ...both]);
    assert.equal(code, 0, `${out}\n${err}`);
    const tag = /twin-a:([0-9a-f]{64})/.exec(err)?.[1] ?? '';
    const digest = await digestInRegistry(yard.registry, 'twin-a', tag);
    assert.match(digest ?? '', /^sha256:/);
    assert.equal(await digestInRegistry(yard.registry, 'twin-b', tag), digest);
    assert.deepEqual(yard.leftovers(), []);
  });

  test('an apply that is interrupted while it builds ends the build and leaves nothing behind', async () => {
    appendFileSync(join(dirname(manifest), 'requirements.txt'), '# another\n');
    const running = yard.start(['apply', '--yes', '-f', manifest]);
    await yard.hasLeftovers();
    running.kill('SIGINT');
    const { code } = await running.ended;
    assert.equal(code, 130);
    assert.deepEqual(yard.leftovers(), []);
    assert.equal(await yard.docker('ps', '--all', '--quiet'), '');
  });
});

import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestInRegistry } from '../build/support/engines.ts';
import type { Tree } from '../build/support/tree.ts';
import { whyNoImages, Yard } from './support/yard.ts';

const skip = whyNoImages();
const FINE = 'FROM scratch\nCOPY busybox /bin/busybox\nCMD ["/bin/busybox", "true"]\n';
const HERE = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** What a manifest must not ask for, the exit code that it gets, and what is said. */
const BAD_BUILDS: readonly (readonly [string, object, number, RegExp])[] = [
  [
    'a context above the manifest',
    { context: '../..' },
    1,
    /context \.\.\/\.\. lies outside .*, where builds may read/,
  ],
  ['a context by its absolute path', { context: '/etc' }, 3, /must be a relative path/],
  ['a context on the network', { context: 'https://evil.example/x.git' }, 3, /must not be an address/],
  ['a context by SSH', { context: 'git@evil.example:x.git' }, 3, /must not be an address/],
  ['a context from standard input', { context: '-' }, 3, /must not begin with a dash/],
  ['a context that is not there', { context: './none' }, 1, /\.\/none/],
  ['a context that a link leads out of', { context: './link' }, 1, /link lies outside/],
  ['a Dockerfile outside of the context', { dockerfile: '../Dockerfile' }, 3, /must be a file inside the context/],
  ['a Dockerfile that is not there', { dockerfile: 'none' }, 1, /none/],
  ['a Dockerfile that a link leads out to', { dockerfile: 'out' }, 1, /out lies outside/],
  ['a stage that is an option', { target: '--help' }, 3, /target/],
];
const BAD_IMAGES = [
  '',
  'Team/Web:1',
  'web:IMAGE:1',
  'web@sha256:abc',
  '-oProxyCommand=x',
  '$(id)',
  ';rm -rf /',
  ' web',
];

describe('what must not be built is refused by its exit code and in words', { skip: skip ?? false }, () => {
  let yard: Yard;
  before(async () => {
    yard = await Yard.open({ base: false });
  });
  after(() => yard[Symbol.asyncDispose]());

  for (const [index, [what, build, expected, words]] of BAD_BUILDS.entries()) {
    test(`${what}: exit ${expected}`, async () => {
      const file = yard.plantSmall(`bad-${index}`, { Dockerfile: FINE, out: { link: '/etc/passwd' } }, build);
      symlinkSync('/etc', join(yard.folder, `bad-${index}`, 'link'));
      const { code, out, err } = await yard.apply(file);
      assert.equal(code, expected, `${out}\n${err}`);
      assert.match(`${out}${err}`, words);
      assert.deepEqual(yard.front.takeWrites(), []);
      assert.doesNotMatch(`${out}${err}`, /root:x:/);
    });
  }

  test('a .dockerignore that is huge: exit 1', async () => {
    const tree: Tree = { Dockerfile: FINE, '.dockerignore': 'x\n'.repeat(300_000) };
    const { code, out, err } = await yard.apply(yard.plantSmall('huge-ignore', tree));
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(`${out}${err}`, /\.dockerignore/);
  });

  for (const [index, uri] of BAD_IMAGES.entries()) {
    test(`the image ${JSON.stringify(uri)}: exit 3`, async () => {
      const { code, out, err } = await yard.apply(yard.plantManifest(`image-${index}`, { uri }));
      assert.equal(code, 3, `${out}\n${err}`);
      assert.match(`${out}${err}`, /image/);
    });
  }

  test('a build that fails: exit 1, the step, and the end of the log; nothing is pushed', async () => {
    const failing = `${FINE}RUN ["/bin/busybox", "sh", "-c", "echo what went wrong; exit 7"]\n`;
    const { code, out, err } = await yard.apply(yard.plantSmall('failing', { Dockerfile: failing }));
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(err, /image \| what went wrong\n/);
    assert.match(err, /the build failed at RUN \[.*exit 7/);
    assert.deepEqual(yard.front.takeWrites(), []);
    assert.deepEqual(yard.leftovers(), []);
  });

  test('a base image that is nowhere to be had: exit 1, and it is not called a step of the author’s', async () => {
    const { code, out, err } = await yard.apply(
      yard.plantSmall('no-base', { Dockerfile: 'FROM 127.0.0.1:1/none:1\n' }),
    );
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(err, /the build failed at FROM 127\.0\.0\.1:1\/none:1/);
  });

  test('an image for another machine than the task’s: exit 1, nothing is pushed', async () => {
    const other = HERE === 'arm64' ? 'amd64' : 'arm64';
    await yard.dockerLoad('other:1', other);
    const dockerfile = `FROM --platform=linux/${other} other:1\nLABEL a=b\n`;
    const { code, out, err } = await yard.apply(
      yard.plantSmall('other', { Dockerfile: dockerfile }, {}, { architecture: HERE }),
    );
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(err, new RegExp(`built for ${other}`));
    assert.deepEqual(yard.front.takeWrites(), []);
  });

  test('a build argument that looks secret: a warning, and its value is nowhere in what is said', async () => {
    const dockerfile = `${FINE}ARG API_TOKEN\nRUN ["/bin/busybox", "sh", "-c", "echo said $API_TOKEN; exit 1"]\n`;
    const build = { args: { API_TOKEN: 'canary-canary-1234' } };
    const { code, out, err } = await yard.apply(yard.plantSmall('secret', { Dockerfile: dockerfile }, build));
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(`${out}${err}`, /API_TOKEN looks like a secret/);
    assert.match(err, /image \| said \*\*\*/);
    assert.doesNotMatch(`${out}${err}`, /canary-canary/);
    const json = await yard.run(['plan', '-o', 'json', '-f', join(yard.folder, 'secret', 'evenkeel.yaml')]);
    assert.doesNotMatch(`${json.out}${json.err}`, /canary-canary/);
  });

  test('the newest of whatever there is in a registry with a login is pinned, with a warning; without the login, exit 1', async () => {
    const uri = `${yard.front.host}/plain/web:latest`;
    const built = await yard.apply(yard.plantSmall('plain-source', { Dockerfile: FINE }));
    assert.equal(built.code, 0, built.err);
    const image = yard.deployed();
    await yard.docker('pull', '--quiet', image);
    await yard.docker('tag', image, uri);
    await yard.docker('push', '--quiet', uri);
    const manifest = yard.plantManifest('plain', { uri });
    const denied = await yard.apply(manifest);
    assert.equal(denied.code, 1, denied.err);
    assert.match(`${denied.out}${denied.err}`, /does not let us see .*plain\/web:latest/);
    const auths = join(yard.folder, 'puller', 'config.json');
    const { code, out, err } = await yard.apply(manifest, { EVENKEEL_REGISTRY_AUTH_FILE: auths });
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /whatever is newest/);
    const digest = await digestInRegistry(yard.registry, 'plain/web', 'latest');
    assert.equal(yard.deployed(), `${yard.front.host}/plain/web@${digest}`);
  });
});

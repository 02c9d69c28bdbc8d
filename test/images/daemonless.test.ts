import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { digestInRegistry } from '../build/support/engines.ts';
import type { Environment } from '../contract/support/command-line.ts';
import { Container } from './support/container.ts';
import { BASE, whyNoImages, Yard } from './support/yard.ts';

const skip = whyNoImages();

/** buildah and podman with a store of their own, without privileges of a daemon. */
function daemonlessIn(folder: string, driver: string): Environment {
  const file = join(folder, `${driver}.conf`);
  const places = [`driver = "${driver}"`, `graphroot = "${folder}/${driver}"`, `runroot = "${folder}/${driver}-run"`];
  writeFileSync(file, ['[storage]', ...places, ''].join('\n'));
  return {
    CONTAINERS_STORAGE_CONF: file,
    EVENKEEL_BUILDER: 'buildah',
    EVENKEEL_BUILDAH_STORAGE_DRIVER: driver,
    BUILDAH_ISOLATION: 'chroot',
    EVENKEEL_BUILDAH_ISOLATION: 'chroot',
  };
}

describe('buildah and podman build the same image, and docker runs it', { skip: skip ?? false }, () => {
  let yard: Yard;
  let manifest: string;
  let buildah: Environment;
  before(async () => {
    yard = await Yard.open({ base: false });
    manifest = yard.plantExample('agent');
    // What works everywhere copies every layer whole, which takes minutes here: that is for a machine without overlays.
    const pulled = (driver: string): Promise<unknown> => {
      buildah = daemonlessIn(yard.folder, driver);
      const args = ['pull', '--quiet', `docker-archive:${BASE}`];
      return promisify(execFile)('buildah', args, { env: { ...yard.env, ...buildah } });
    };
    await pulled('overlay').catch(() => pulled('vfs'));
  });
  after(() => yard[Symbol.asyncDispose]());

  const planned = async (file: string, more: Environment): Promise<string | undefined> =>
    /[a-z-]+:[0-9a-f]{64}/.exec((await yard.run(['plan', '-f', file], more)).out)?.[0];

  test('by the tag that docker would give it', async () => {
    const byBuildah = await planned(manifest, buildah);
    assert.match(byBuildah ?? '', /^orders-agent:/);
    assert.equal(byBuildah, await planned(manifest, {}));
  });

  test('it is pushed and deployed; docker pulls it, it answers, and docker has nothing left to build', async () => {
    const { code, out, err } = await yard.apply(manifest, buildah);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /image: built in \d+ s, \d+ steps? from the cache, \d+ MB/);
    const image = yard.deployed();
    await yard.docker('pull', '--quiet', image);
    const check = await yard.docker('image', 'inspect', '--format={{json .Config.Healthcheck.Test}}', image);
    assert.equal(check, '["CMD","python","agent_server.py","health"]');
    {
      await using container = await Container.start(yard, image);
      assert.equal((await container.json('/health')).status, 200);
      const { body } = await container.json('/invocations', { input: { prompt: 'look_up_order A-1001' } });
      assert.match(JSON.stringify(body), /Parcel North/);
      await container.signal('TERM');
      assert.equal(await container.exitCode(), 0);
    }
    const again = await yard.apply(manifest);
    assert.equal(again.code, 0, again.err);
    assert.doesNotMatch(again.err, /build image/);
    assert.equal(yard.deployed(), '');
  });

  test('podman gives the same tag as the two, and what it pushes under it is deployed', async () => {
    const dockerfile = 'FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "true"]\n';
    const file = yard.plantSmall('small', { Dockerfile: dockerfile });
    const podman = { ...buildah, EVENKEEL_BUILDER: 'podman' };
    const [name, tag = ''] = (await planned(file, podman))?.split(':') ?? [];
    assert.equal(name, 'small');
    for (const other of [buildah, {}]) assert.equal(await planned(file, other), `small:${tag}`);
    const before = yard.homePrint();
    const { code, out, err } = await yard.apply(file, podman);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /image: built in \d+ s, \d+ steps? from the cache, \d+ MB/);
    const digest = await digestInRegistry(yard.registry, 'small', tag);
    assert.equal(yard.deployed(), `${yard.front.host}/small@${digest}`);
    assert.equal(yard.homePrint(), before);
    assert.deepEqual(yard.leftovers(), []);
    assert.equal(await planned(file, {}), undefined, 'docker has nothing left to build');
  });
});

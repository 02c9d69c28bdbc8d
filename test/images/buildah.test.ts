import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Environment } from '../contract/support/command-line.ts';
import { Container } from './support/container.ts';
import { BASE, whyNoImages, Yard } from './support/yard.ts';

const skip = whyNoImages();

/** buildah with a store of its own, without privileges of a daemon. */
function buildahIn(folder: string, driver: string): Environment {
  const file = join(folder, `${driver}.conf`);
  const places = [`driver = "${driver}"`, `graphroot = "${folder}/${driver}"`, `runroot = "${folder}/${driver}-run"`];
  writeFileSync(file, ['[storage]', ...places, ''].join('\n'));
  return {
    CONTAINERS_STORAGE_CONF: file,
    EVENKEEL_BUILDER: 'buildah',
    EVENKEEL_BUILDAH_STORAGE_DRIVER: driver,
    EVENKEEL_BUILDAH_ISOLATION: 'chroot',
  };
}

describe('buildah builds the same image, and docker runs it', { skip: skip ?? false }, () => {
  let yard: Yard;
  let manifest: string;
  let buildah: Environment;
  before(async () => {
    yard = await Yard.open({ base: false });
    manifest = yard.plantExample('agent');
    // What works everywhere copies every layer whole, which takes minutes here: that is for a machine without overlays.
    const pulled = (driver: string): Promise<unknown> => {
      buildah = buildahIn(yard.folder, driver);
      const args = ['pull', '--quiet', `docker-archive:${BASE}`];
      return promisify(execFile)('buildah', args, { env: { ...yard.env, ...buildah } });
    };
    await pulled('overlay').catch(() => pulled('vfs'));
  });
  after(() => yard[Symbol.asyncDispose]());

  test('by the tag that docker would give it', async () => {
    const planned = async (more: Environment): Promise<string | undefined> =>
      /orders-agent:[0-9a-f]{64}/.exec((await yard.run(['plan', '-f', manifest], more)).out)?.[0];
    const byBuildah = await planned(buildah);
    assert.ok(byBuildah !== undefined);
    assert.equal(byBuildah, await planned({}));
  });

  test('it is pushed and deployed; docker pulls it, it answers, and docker has nothing left to build', async () => {
    const { code, out, err } = await yard.apply(manifest, buildah);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /image: built in \d+ s/);
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
});

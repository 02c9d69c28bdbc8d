import assert from 'node:assert/strict';

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { digestInRegistry } from '../build/support/engines.ts';
import type { Doorkeeper, Refusal } from './support/registry-front.ts';
import { whyNoImages, Yard } from './support/yard.ts';

const skip = whyNoImages();
const MIB = 1024 ** 2;
const IMMUTABLE: Refusal = {
  status: 400,
  code: 'TAG_INVALID',
  message:
    "The image tag 'x' already exists in the 'x' repository and cannot be overwritten because the repository is immutable.",
};
const EXPIRED: Refusal = {
  status: 401,
  code: 'DENIED',
  message: 'Your authorization token has expired. Reauthenticate and try again.',
};
/** Of a manifest, under its tag. */
const isTagging = (method: string, path: string): boolean => method === 'PUT' && path.includes('/manifests/');

function dockerfile(...steps: readonly string[]): { readonly Dockerfile: string } {
  const run = steps.map((step) => `RUN ["/bin/busybox", "sh", "-c", ${JSON.stringify(step)}]\n`).join('');
  return { Dockerfile: `FROM scratch\nCOPY busybox /bin/busybox\n${run}CMD ["/bin/busybox", "true"]\n` };
}

describe('what goes wrong on the way is mended by the next pass', { skip: skip ?? false }, () => {
  let yard: Yard;
  before(async () => {
    yard = await Yard.open({ base: false, engineBytes: 96 * MIB });
  });
  after(() => yard[Symbol.asyncDispose]());

  const count = (operation: string): number => yard.aws.take().filter((call) => call.operation === operation).length;
  /** Has the registry act once, at the first request that fits. Answers with whether it has. */
  const once = (fits: (method: string, path: string) => boolean, act: Doorkeeper): (() => boolean) => {
    let acted = false;
    yard.front.doorkeeper = async (method, path, body) => {
      if (!fits(method, path)) return undefined;
      yard.front.doorkeeper = () => undefined;
      acted = true;
      return act(method, path, body);
    };
    return () => acted;
  };
  const tagIn = (text: string, name: string): string => new RegExp(`${name}:([0-9a-f]{64})`).exec(text)?.[1] ?? '';

  test('a login that ran out while it was used is replaced', async () => {
    yard.aws.take();
    once(
      (method, path) => method === 'POST' && path.includes('/blobs/uploads'),
      () => EXPIRED,
    );
    const { code, out, err } = await yard.apply(yard.plantSmall('expired', dockerfile()));
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /waiting for another try: pushing .* failed: .*expired/);
    assert.equal(count('GetAuthorizationToken'), 2);
  });

  for (const [what, change] of [
    ['the same', ''],
    ['another', '\n'],
  ] as const) {
    test(`a tag that somebody else took first, with ${what} digest, is what is deployed`, async () => {
      const name = `conflict-${what === 'another' ? 'other' : 'same'}`;
      const acted = once(isTagging, async (_method, path, body) => {
        await yard.put(path, body.toString('utf8') + change);
        return IMMUTABLE;
      });
      yard.aws.take();
      const { code, out, err } = await yard.apply(yard.plantSmall(name, dockerfile(`echo ${name} > /name`)));
      assert.equal(code, 0, `${out}\n${err}`);
      assert.ok(acted());
      const digest = await digestInRegistry(yard.registry, name, tagIn(err, name));
      assert.equal(yard.deployed(), `${yard.front.host}/${name}@${digest}`);
    });
  }

  /** Where the command is killed: when the registry is asked so, before it answers or after. */
  const DEATHS: readonly (readonly [string, (method: string, path: string) => boolean])[] = [
    ['before the first byte is pushed', (method, path) => method === 'POST' && path.includes('/blobs/uploads')],
    ['in the middle of a layer', (method) => method === 'PATCH'],
    ['before the image has its tag', isTagging],
  ];
  for (const [index, [what, fits]] of DEATHS.entries()) {
    test(`a command that dies ${what} is made good by the next`, async () => {
      const name = `killed-${index}`;
      const file = yard.plantSmall(name, dockerfile(`echo ${name} > /name`));
      const dying = yard.start(['apply', '--yes', '-f', file]);
      once(fits, () => {
        dying.kill('SIGKILL');
        return undefined;
      });
      assert.equal((await dying.ended).code, null);
      yard.aws.take();
      const { code, out, err } = await yard.apply(file);
      assert.equal(code, 0, `${out}\n${err}`);
      // The engine may have brought the push to its end without the command.
      const [host, digest = ''] = yard.deployed().split('@');
      assert.equal(host, `${yard.front.host}/${name}`);
      assert.equal(await digestInRegistry(yard.registry, name, digest), digest);
      const again = await yard.apply(file);
      assert.equal(again.code, 0);
      assert.equal(yard.deployed(), '');
    });
  }

  test('a command that dies while it builds is made good by the next', async () => {
    const file = yard.plantSmall('killed-build', dockerfile('sleep 5', 'echo built > /name'));
    const dying = yard.start(['apply', '--yes', '-f', file]);
    await dying.says(/step 3\/\d .*sleep/);
    dying.kill('SIGKILL');
    await dying.ended;
    assert.equal(yard.leftovers().length, 1);
    const { code, out, err } = await yard.apply(file);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.deepEqual(yard.leftovers(), []);
  });

  test('an engine without room is waited for, and goes on once there is some', async () => {
    const ballast = join(yard.engineFolder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(60 * MIB, 1));
    const fill = dockerfile(`head -c ${25 * MIB} /dev/zero > /zeros`);
    const running = yard.start(['apply', '--yes', '-f', yard.plantSmall('full', fill)]);
    await running.says(/waiting for another try: the build failed at .*no space left/i);
    rmSync(ballast);
    const { code, out, err } = await running.ended;
    assert.equal(code, 0, `${out}\n${err}`);
  });

  test('an engine that is stopped in the middle of a build, and started again, builds it after all', async () => {
    const file = yard.plantSmall('restart', dockerfile('sleep 4', 'echo again > /name'));
    const running = yard.start(['apply', '--yes', '-f', file]);
    await running.says(/step 3\/\d .*sleep/);
    await yard.stopEngine();
    await running.says(/waiting for another try: .*docker/);
    await yard.startEngine();
    // An engine that ends does not always get to taking away the container of the step it was at.
    const ownRemains = (await yard.docker('ps', '--all', '--quiet', '--filter', 'status=exited')).split('\n');
    const { code, out, err } = await running.ended;
    assert.equal(code, 0, `${out}\n${err}`);
    const left = (await yard.docker('ps', '--all', '--quiet')).split('\n');
    assert.deepEqual(
      left.filter((id) => id !== '' && !ownRemains.includes(id)),
      [],
    );
    assert.ok(ownRemains.length <= 1);
  });

  test('without any engine the exit code is 1, and what is missing is named', async () => {
    const file = yard.plantSmall('nobody', dockerfile('echo nobody'));
    const { code, out, err } = await yard.apply(file, { DOCKER_HOST: `unix://${yard.folder}/none.sock` });
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(err, /docker is installed, but its engine does not answer/);
    assert.match(err, /systemctl start docker/);
  });
});

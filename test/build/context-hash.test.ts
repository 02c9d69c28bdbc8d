import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type HashInput, hashContext } from '../../src/build/context-hash.ts';
import { HashCache } from '../../src/build/hash-cache.ts';
import { ContextChanged } from '../../src/build/read-listed.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { contextOf, folder, freshCache, hashOfFolder, plant, signal, type Tree } from './support/tree.ts';

const TREE: Tree = {
  Dockerfile: 'FROM scratch\n',
  'app/main.py': 'print(1)\n',
  'app/run': { executable: '#!/bin/sh\n' },
  'app/link': { link: 'main.py' },
  empty: null,
};

/** The hash of TREE, written down: it may only change together with the version in it. */
const KNOWN = '551e45366272ea4a11104b6cf7dc5122683fa1db6fc31c631e33b625aaf17e9e';

test('the hash of a known folder never changes', async (t) => {
  assert.equal(await hashOfFolder(folder(t, TREE)), KNOWN);
});

const SAME: readonly (readonly [string, (root: string) => void])[] = [
  ['touching a file', (root) => utimesSync(join(root, 'app/main.py'), 1, 1)],
  ['touching a folder', (root) => utimesSync(join(root, 'app'), 1, 1)],
  ['permissions other than execution', (root) => chmodSync(join(root, 'app/main.py'), 0o600)],
  ['who may execute', (root) => chmodSync(join(root, 'app/run'), 0o700)],
  ['writing the same content again', (root) => writeFileSync(join(root, 'app/main.py'), 'print(1)\n')],
];
for (const [what, change] of SAME) {
  test(`${what} changes nothing`, async (t) => {
    const root = folder(t, TREE);
    const cache = freshCache();
    const before = await hashOfFolder(root, cache);
    change(root);
    assert.equal(await hashOfFolder(root, cache), before);
  });
}

const OTHER: readonly (readonly [string, (root: string) => void])[] = [
  ['one byte', (root) => writeFileSync(join(root, 'app/main.py'), 'print(2)\n')],
  ['one more byte', (root) => appendFileSync(join(root, 'app/main.py'), '\n')],
  ['the Dockerfile', (root) => appendFileSync(join(root, 'Dockerfile'), '#')],
  ['the executable bit', (root) => chmodSync(join(root, 'app/main.py'), 0o755)],
  ['a name', (root) => renameSync(join(root, 'app/main.py'), join(root, 'app/main2.py'))],
  ['a new file', (root) => writeFileSync(join(root, 'app/new'), '')],
  ['a removed file', (root) => rmSync(join(root, 'app/main.py'))],
  ['a removed empty folder', (root) => rmSync(join(root, 'empty'), { recursive: true })],
  ['a link’s target', (root) => relink(root, 'run')],
  ['a link that becomes the file', (root) => copyOver(root)],
];
for (const [what, change] of OTHER) {
  test(`${what} changes the hash`, async (t) => {
    const root = folder(t, TREE);
    const cache = freshCache();
    const before = await hashOfFolder(root, cache);
    change(root);
    assert.notEqual(await hashOfFolder(root, cache), before);
  });
}

function relink(root: string, target: string): void {
  rmSync(join(root, 'app/link'));
  symlinkSync(target, join(root, 'app/link'));
}

function copyOver(root: string): void {
  rmSync(join(root, 'app/link'));
  writeFileSync(join(root, 'app/link'), readFileSync(join(root, 'app/main.py')));
}

test('everything besides the files that decides what the image will be is in the hash', async (t) => {
  const context = await contextOf(folder(t, TREE));
  const plain: HashInput = { context, args: { A: '1', B: '2' }, platform: 'linux/amd64' };
  const variants: readonly HashInput[] = [
    plain,
    { ...plain, platform: 'linux/arm64' },
    { ...plain, target: 'runtime' },
    { ...plain, args: { A: '1' } },
    { ...plain, args: { A: '1', B: '3' } },
    { ...plain, context: { ...context, dockerfile: 'FROM python:3.11' } },
    { ...plain, context: { ...context, dockerfile: 'FROM python:3.11@sha256:1' } },
    { ...plain, context: { ...context, dockerfile: 'FROM python:3.11@sha256:2' } },
    { ...plain, context: { ...context, template: { name: 'strands-agent', version: '1' } } },
    { ...plain, context: { ...context, template: { name: 'strands-agent', version: '2' } } },
  ];
  const hashes = await Promise.all(variants.map((input) => hashContext(input, freshCache(), signal)));
  assert.equal(new Set(hashes.map(({ hash }) => hash)).size, variants.length);
  const turned = await hashContext({ ...plain, args: { B: '2', A: '1' } }, freshCache(), signal);
  assert.equal(turned.hash, hashes[0]?.hash);
});

const name = fc.stringMatching(/^[a-z]{1,3}(\/[a-z]{1,3})?$/);
test('the hash depends on what is there, not on the order in which it came', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([path]) => path.split('/')[0] }),
      async (files) => {
        const one = folder(t, { Dockerfile: '' });
        const two = folder(t, { Dockerfile: '' });
        for (const [path, text] of files) plant(one, { [path]: text });
        for (const [path, text] of files.toReversed()) plant(two, { [path]: text });
        assert.equal(await hashOfFolder(one), await hashOfFolder(two));
      },
    ),
    { numRuns: 30 },
  );
});

test('names and contents cannot be shifted into one another', async (t) => {
  const trees: readonly Tree[] = [
    { Dockerfile: '', 'a\n["file","b",false,""]': '' },
    { Dockerfile: '', a: '', b: '' },
    { Dockerfile: '', ab: '' },
    { Dockerfile: '', a: 'b' },
    { Dockerfile: '', 'a/b': '' },
  ];
  const hashes = await Promise.all(trees.map((tree) => hashOfFolder(folder(t, tree))));
  assert.equal(new Set(hashes).size, trees.length);
});

/** A clock well past the time of every file made by the test. */
async function lateClock(): Promise<FakeClock> {
  const clock = new FakeClock();
  await clock.advance(1e12);
  return clock;
}

test('an unchanged file is not read again, a changed one is', async (t) => {
  const root = folder(t, TREE);
  const cache = new HashCache({ maxFiles: 100, clock: await lateClock() });
  const read = async (): Promise<number> => {
    const input: HashInput = { context: await contextOf(root), args: {}, platform: 'linux/amd64' };
    return (await hashContext(input, cache, signal)).filesRead;
  };
  assert.equal(await read(), 3);
  assert.equal(await read(), 0);
  writeFileSync(join(root, 'app/main.py'), 'print(2)\n');
  assert.equal(await read(), 1);
});

test('a modification time that is set back does not hide a change', async (t) => {
  const root = folder(t, TREE);
  const cache = new HashCache({ maxFiles: 100, clock: await lateClock() });
  const file = join(root, 'app/main.py');
  utimesSync(file, 1000, 1000);
  const before = await hashOfFolder(root, cache);
  writeFileSync(file, 'print(2)\n');
  utimesSync(file, 1000, 1000);
  assert.notEqual(await hashOfFolder(root, cache), before);
});

test('a hash read within two seconds of the change is not trusted later', async () => {
  const clock = new FakeClock();
  const cache = new HashCache({ maxFiles: 10, clock });
  const nowNs = BigInt(clock.now()) * 1_000_000n;
  const identity = { dev: 1n, ino: 1n, sizeBytes: 1n, mtimeNs: 0n, ctimeNs: nowNs };
  cache.put(identity, 'hash');
  assert.equal(cache.get(identity), undefined);
  await clock.advance(2001);
  cache.put(identity, 'hash');
  assert.equal(cache.get(identity), 'hash');
});

test('the cache keeps what was used last', async () => {
  const clock = new FakeClock();
  await clock.advance(1e6);
  const cache = new HashCache({ maxFiles: 2, clock });
  const file = (ino: bigint) => ({ dev: 1n, ino, sizeBytes: 1n, mtimeNs: 0n, ctimeNs: 0n });
  cache.put(file(1n), 'one');
  cache.put(file(2n), 'two');
  cache.get(file(1n));
  cache.put(file(3n), 'three');
  assert.deepEqual(
    [cache.get(file(1n)), cache.get(file(2n)), cache.get(file(3n)), cache.size],
    ['one', undefined, 'three', 2],
  );
});

test('a file that changes between listing and reading is not hashed as either', async (t) => {
  const root = folder(t, { ...TREE, big: 'x'.repeat(300_000) });
  for (const path of ['app/main.py', 'big']) {
    const context = await contextOf(root);
    appendFileSync(join(root, path), '!');
    await assert.rejects(
      hashContext({ context, args: {}, platform: 'linux/amd64' }, freshCache(), signal),
      ContextChanged,
    );
  }
});

test('a file exchanged for a link after the listing is not followed', async (t) => {
  const top = folder(t, { secret: 'FROM scratch\n', 'ctx/Dockerfile': 'FROM scratch\n' });
  const context = await contextOf(top, { context: 'ctx' });
  rmSync(join(top, 'ctx/Dockerfile'));
  symlinkSync('../secret', join(top, 'ctx/Dockerfile'));
  await assert.rejects(
    hashContext({ context, args: {}, platform: 'linux/amd64' }, freshCache(), signal),
    ContextChanged,
  );
});

test('large files are hashed by their whole content', async (t) => {
  const root = folder(t, { Dockerfile: '', big: 'x'.repeat(3_000_000) });
  const before = await hashOfFolder(root);
  writeFileSync(join(root, 'big'), `${'x'.repeat(2_999_999)}y`);
  assert.notEqual(await hashOfFolder(root), before);
});

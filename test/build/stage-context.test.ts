import assert from 'node:assert/strict';
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ContextChanged } from '../../src/build/read-listed.ts';
import { stageContext } from '../../src/build/stage-context.ts';
import { contextOf, folder, hashOfFolder, plant, signal } from './support/tree.ts';

const big = 'x'.repeat(600_001);

test('the copy holds what was listed, and has the same hash', async (t) => {
  const tree = { Dockerfile: 'FROM x', 'a/b': '1', run: { executable: '2' }, 'a/l': { link: 'b' }, empty: null, big };
  const root = folder(t, tree);
  utimesSync(join(root, 'a/b'), 1_000_000, 1_000_000);
  const context = await contextOf(root);
  plant(root, { later: '' });
  const { directory, dockerfile } = await stageContext(context, folder(t), signal);
  assert.equal(readFileSync(dockerfile, 'utf8'), 'FROM x');
  assert.deepEqual(readdirSync(directory), ['Dockerfile', 'a', 'big', 'empty', 'run']);
  assert.equal(readlinkSync(join(directory, 'a/l')), 'b');
  assert.equal(statSync(join(directory, 'run')).mode & 0o777, 0o755);
  assert.equal(statSync(join(directory, 'a/b')).mode & 0o777, 0o644);
  assert.equal(statSync(join(directory, 'a/b')).mtimeMs, 1_000_000_000);
  assert.equal(await hashOfFolder(directory), await hashOfFolder(folder(t, tree)));
});

test('a file that is not what was listed is not copied as if it were', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', a: '1', big });
  for (const path of ['a', 'big']) {
    const context = await contextOf(root);
    appendFileSync(join(root, path), '!');
    await assert.rejects(stageContext(context, folder(t), signal), ContextChanged);
  }
});

test('a change of the same size is noticed, also when the time of the file is set back', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', a: '1' });
  utimesSync(join(root, 'a'), 1000, 1000);
  const context = await contextOf(root);
  plant(root, { a: '2' });
  utimesSync(join(root, 'a'), 1000, 1000);
  await assert.rejects(stageContext(context, folder(t), signal), ContextChanged);
});

test('a folder exchanged for a link after the listing is not followed out', async (t) => {
  const top = folder(t, { 'ctx/Dockerfile': 'FROM x', 'ctx/d/f': 'same', 'outside/f': 'same' });
  const context = await contextOf(top, { context: 'ctx' });
  renameSync(join(top, 'ctx/d'), join(top, 'old'));
  symlinkSync('../outside', join(top, 'ctx/d'));
  await assert.rejects(stageContext(context, folder(t), signal), ContextChanged);
});

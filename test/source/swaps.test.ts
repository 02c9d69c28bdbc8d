import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { Rig } from './rig.ts';

const GRACE_MS = 300_000;

/** What git-sync leaves: a worktree per commit, and a link to the present one. */
async function gitSync(root = 'current'): Promise<Rig> {
  const rig = new Rig({}, root);
  rig.write('worktrees/c1/a.yaml', 'a 1');
  rig.write('worktrees/c1/deploy/b.yaml', 'b 1');
  rig.relink('current', 'worktrees/c1');
  await rig.start();
  rig.journal.take();
  return rig;
}

test('F05: a git-sync swap that adds, changes and removes files is one step, and the commit is the revision', async () => {
  await using rig = await gitSync();
  const before = rig.source.snapshot();
  assert.equal(before.revision, 'c1');
  rig.write('worktrees/c2/a.yaml', 'a 2');
  rig.write('worktrees/c2/c.yaml', 'c 1');
  rig.relink('current', 'worktrees/c2');
  await rig.pass(11_000);
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed c', 'changed b']);
  assert.equal(rig.source.snapshot().revision, 'c2');
  assert.equal(rig.source.snapshot().rootIdentity, before.rootIdentity, 'another commit is the same place');
  assert.match(rig.reason('b'), /absent for/);
  await rig.pass(GRACE_MS, 10_000);
  assert.equal(rig.value('b'), 'deleted');
});

test('F05: the same holds for a directory inside the repository', async () => {
  await using rig = await gitSync('current/deploy');
  rig.write('worktrees/c2/deploy/c.yaml', 'c 1');
  rig.relink('current', 'worktrees/c2');
  await rig.read();
  await rig.pass(GRACE_MS + 20_000, 10_000);
  assert.deepEqual([rig.value('b'), rig.value('c'), rig.source.snapshot().revision], ['deleted', '1', 'c2']);
});

test('behind a link, a directory put in the place of another under its name is another place', async () => {
  await using rig = await gitSync();
  rig.write('aside/a.yaml', 'a 1');
  renameSync(rig.path('worktrees/c1'), rig.path('worktrees/old'));
  renameSync(rig.path('aside'), rig.path('worktrees/c1'));
  await rig.pass(2 * GRACE_MS, 10_000);
  assert.match(rig.reason('b'), /replaced by another one/);
});

test('F06: a swap in the middle of a reading never mixes two commits', async () => {
  await using rig = await gitSync();
  rig.write('worktrees/c2/a.yaml', 'a 2');
  rig.write('worktrees/c2/deploy/b.yaml', 'b 2');
  rig.write('worktrees/c1/a.yaml', 'a stale');
  let swapped = false;
  rig.tree.after = (call, path) => {
    if (call !== 'read' || !path.endsWith('a.yaml') || swapped) return;
    swapped = true;
    rig.relink('current', 'worktrees/c2');
  };
  const { revision } = await rig.read();
  assert.ok(swapped);
  assert.deepEqual([revision, rig.value('a'), rig.value('b')], ['c2', '2', '2']);
});

test('F07: a worktree deleted while it is read is read anew, and three times in a row is a failed snapshot', async () => {
  await using rig = await gitSync();
  rig.write('worktrees/c1/a.yaml', 'a 9');
  let fails = 2;
  rig.tree.before = (call) => {
    if (call === 'read' && fails-- > 0) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
  };
  await rig.read();
  assert.equal(rig.value('a'), '9');
  rig.write('worktrees/c1/a.yaml', 'a 10');
  fails = 1_000;
  const { status, reason } = await rig.read();
  assert.equal(status, 'failed');
  assert.match(reason ?? '', /a\.yaml went away while it was being read, 3 times in a row/);
  assert.deepEqual([rig.value('a'), rig.value('b')], ['9', '1']);
});

/** What the kubelet makes of a ConfigMap. */
function configMap(rig: Rig, version: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) rig.write(`root/..${version}/${name}`, text);
  mkdirSync(rig.path(`root/..${version}`), { recursive: true });
  rig.relink('root/..data', `..${version}`);
}

test('F08: in a ConfigMap each manifest counts once, and a swap of ..data changes them together', async () => {
  await using rig = new Rig();
  configMap(rig, '2026_01', { 'a.yaml': 'a 1', 'b.yaml': 'b 1' });
  for (const name of ['a.yaml', 'b.yaml']) symlinkSync(`..data/${name}`, rig.path(`root/${name}`));
  await rig.start();
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed b']);
  assert.equal(rig.source.snapshot().files, 2);
  assert.equal(rig.source.snapshot().revision, '..2026_01');
  configMap(rig, '2026_02', { 'a.yaml': 'a 2', 'b.yaml': 'b 1' });
  rmSync(rig.path('root/..2026_01'), { recursive: true });
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['changed a']);
  assert.deepEqual(rig.watcher.armed.length, 1);
});

test('F06: a swap of ..data in the middle of a reading never mixes two versions', async () => {
  await using rig = new Rig();
  configMap(rig, '1', { 'a.yaml': 'a 1', 'b.yaml': 'b 1' });
  for (const name of ['a.yaml', 'b.yaml']) symlinkSync(`..data/${name}`, rig.path(`root/${name}`));
  await rig.start();
  // One of the two links, whichever comes first, is resolved before the swap and the other one after it.
  let swapped = false;
  rig.tree.after = (call, path) => {
    if (swapped || call !== 'stat' || !/\.\.2\/[ab]\.yaml$/.test(path)) return;
    swapped = true;
    configMap(rig, '3', { 'a.yaml': 'a 3', 'b.yaml': 'b 3' });
  };
  const held = Promise.withResolvers<void>();
  let links = 0;
  rig.tree.before = (call, path) => {
    if (call === 'stat' && /\.\.2\/[ab]\.yaml$/.test(path)) held.resolve();
    return call === 'realpath' && /root\/[ab]\.yaml$/.test(path) && links++ === 1 ? held.promise : undefined;
  };
  configMap(rig, '2', { 'a.yaml': 'a 2', 'b.yaml': 'b 2' });
  await rig.read();
  assert.ok(swapped);
  assert.deepEqual([rig.value('a'), rig.value('b')], ['3', '3']);
});

test('F08: directories of a projected volume are read through their links to ..data', async () => {
  await using rig = new Rig();
  configMap(rig, '1', { 'team/a.yaml': 'a 1' });
  symlinkSync('..data/team', rig.path('root/team'));
  await rig.start();
  assert.equal(rig.value('a'), '1');
  configMap(rig, '2', { 'team/a.yaml': 'a 2' });
  await rig.read();
  assert.equal(rig.value('a'), '2');
});

test('F09: a ConfigMap whose keys are all removed deletes nothing', async () => {
  await using rig = new Rig();
  configMap(rig, '1', { 'a.yaml': 'a 1' });
  symlinkSync('..data/a.yaml', rig.path('root/a.yaml'));
  await rig.start();
  rmSync(rig.path('root/a.yaml'));
  configMap(rig, '2', {});
  await rig.pass(3 * GRACE_MS, 30_000);
  assert.equal(rig.value('a'), 'unknown');
});

test('a swap before the user-visible link is cleaned up is one file’s trouble, not the end of the reading', async () => {
  await using rig = new Rig();
  configMap(rig, '1', { 'a.yaml': 'a 1', 'b.yaml': 'b 1' });
  for (const name of ['a.yaml', 'b.yaml']) symlinkSync(`..data/${name}`, rig.path(`root/${name}`));
  await rig.start();
  configMap(rig, '2', { 'b.yaml': 'b 2' });
  const { status } = await rig.read();
  assert.deepEqual([status, rig.value('a'), rig.value('b')], ['partial', '1', '2']);
});

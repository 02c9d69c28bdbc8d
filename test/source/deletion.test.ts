import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { parseKey } from '../../src/manifest/key.ts';
import type { Desired } from '../../src/source/source.ts';
import { systemError } from './faulty-tree.ts';
import { Rig } from './rig.ts';

const GRACE_MS = 300_000;
const A = parseKey('a');

async function withTwo(options = {}): Promise<Rig> {
  const rig = new Rig(options);
  rig.write('root/a.yaml', 'a 1');
  rig.write('root/b.yaml', 'b 1');
  await rig.start();
  rig.journal.take();
  return rig;
}

test('a removed manifest is unknown at first, deleted after the grace period, and wanted when it comes back (I13)', async () => {
  await using rig = await withTwo();
  rig.remove('root/a.yaml');
  await rig.read();
  assert.match(rig.reason('a'), /^absent for 0 s; counts as deleted after 300 s/);
  assert.deepEqual(rig.journal.take(), ['changed a']);
  assert.equal(rig.source.snapshot().vanishedLastHour, 1);
  await rig.pass(GRACE_MS - 1_000);
  assert.equal(rig.value('a'), 'unknown');
  await rig.pass(12_000);
  const desired = rig.source.get(A);
  assert.ok(desired.kind === 'deleted');
  assert.ok(desired.snapshots >= 2 && desired.confirmedAt - desired.absentSince >= GRACE_MS);
  assert.equal(desired.last.key, A);
  assert.equal(desired.rootIdentity, rig.source.snapshot().rootIdentity);
  assert.deepEqual(rig.journal.take(), ['changed a']);
  assert.ok([...rig.source.keys()].includes(A), 'a pass must be able to find it');
  rig.write('root/a.yaml', 'a 1');
  await rig.read();
  assert.equal(rig.value('a'), '1');
  assert.deepEqual(rig.journal.take(), ['changed a']);
  assert.equal(rig.source.snapshot().vanishedLastHour, 0);
});

test('a manifest that an earlier process knew takes all the evidence anew, and counts as one that went away', async () => {
  await using rig = await withTwo();
  const { loaded } = rig.source.get(A) as Extract<Desired, { kind: 'wanted' }>;
  const gone = { ...loaded, key: parseKey('gone') };
  rig.source.recall(gone);
  rig.source.recall(loaded);
  await rig.read();
  assert.equal(rig.value('a'), '1', 'one that is there is wanted');
  assert.match(rig.reason('gone'), /^absent for 0 s; counts as deleted after 300 s/);
  assert.equal(rig.source.snapshot().vanishedLastHour, 1);
  await rig.pass(GRACE_MS - 1_000);
  assert.equal(rig.value('gone'), 'unknown');
  rig.source.recall(gone);
  await rig.pass(12_000);
  assert.equal(rig.value('gone'), 'deleted', 'a second word of it changes nothing');
});

test('a manifest that an earlier process knew is not deleted by a directory that holds none at all', async () => {
  await using rig = await withTwo();
  const { loaded } = rig.source.get(A) as Extract<Desired, { kind: 'wanted' }>;
  rig.remove('root/a.yaml');
  rig.remove('root/b.yaml');
  rig.source.recall({ ...loaded, key: parseKey('gone') });
  await rig.pass(3 * GRACE_MS);
  assert.equal(rig.value('gone'), 'unknown');
});

test('one snapshot is not enough, however long ago it was taken', async () => {
  await using rig = await withTwo({ rescanMs: 10 * GRACE_MS });
  rig.remove('root/a.yaml');
  await rig.read();
  await rig.pass(2 * GRACE_MS, GRACE_MS);
  assert.equal(rig.value('a'), 'unknown');
  await rig.read();
  assert.equal(rig.value('a'), 'deleted');
});

test('one snapshot is not enough even without a grace period', async () => {
  await using rig = await withTwo({ graceMs: 0 });
  rig.remove('root/a.yaml');
  await rig.read();
  assert.equal(rig.value('a'), 'unknown');
  await rig.read();
  assert.equal(rig.value('a'), 'deleted');
});

test('a key that was never seen is unknown, not deleted', async () => {
  await using rig = await withTwo();
  await rig.pass(2 * GRACE_MS, 10_000);
  assert.match(rig.reason('never'), /seen since the start/);
});

test('counts of what went away forget it after an hour', async () => {
  await using rig = await withTwo();
  rig.remove('root/a.yaml');
  await rig.read();
  await rig.pass(3_500_000, 60_000);
  assert.equal(rig.source.snapshot().vanishedLastHour, 1);
  await rig.pass(120_000, 60_000);
  assert.equal(rig.source.snapshot().vanishedLastHour, 0);
});

/** Each is a state in which what is missing may still be wanted. */
const DOUBTS: readonly { readonly name: string; readonly make: (rig: Rig) => void; readonly reason: RegExp }[] = [
  {
    name: 'another file is invalid beyond telling',
    make: (rig) => rig.write('root/c.yaml', '???'),
    reason: /c\.yaml might hold it/,
  },
  {
    name: 'the file that held it went, but another names its key invalidly later',
    make: (rig) => rig.write('root/c.yaml', 'a !'),
    reason: /c\.yaml names this key/,
  },
  {
    name: 'a link leads out of the directory (F12)',
    make: (rig) => symlinkSync('/etc/passwd', rig.path('root/c.yaml')),
    reason: /leads out/,
  },
  {
    name: 'a file cannot be read',
    make: (rig) => failOn(rig, 'read', /b\.yaml$/, 'EIO'),
    reason: /partial: b\.yaml: cannot be read: input/,
  },
  {
    name: 'a directory cannot be listed',
    make: (rig) => failOn(rig, 'list', /team$/, 'EACCES'),
    reason: /partial: team: .*permission/,
  },
  { name: 'the root cannot be listed', make: (rig) => failOn(rig, 'list', /root$/, 'EIO'), reason: /failed: .*EIO/ },
  {
    name: 'nothing is left at all (F09)',
    make: (rig) => rig.remove('root/b.yaml'),
    reason: /no valid manifest left at all/,
  },
];

for (const { name, make, reason } of DOUBTS) {
  test(`nothing counts as deleted while ${name} (I14)`, async () => {
    await using rig = await withTwo();
    mkdirSync(rig.path('root/team'));
    rig.remove('root/a.yaml');
    await rig.read();
    await rig.pass(GRACE_MS - 60_000, 30_000);
    rig.write('root/b.yaml', 'b 2');
    make(rig);
    await rig.pass(2 * GRACE_MS, 30_000);
    assert.equal(rig.value('a'), 'unknown');
    assert.match(rig.reason('a'), reason);
  });
}

test('doubt after the conclusion takes the conclusion back, and the grace period starts anew', async () => {
  await using rig = await withTwo();
  rig.remove('root/a.yaml');
  await rig.read();
  await rig.pass(GRACE_MS + 20_000, 10_000);
  assert.equal(rig.value('a'), 'deleted');
  rig.journal.take();
  rig.write('root/c.yaml', '???');
  await rig.read();
  assert.equal(rig.value('a'), 'unknown');
  assert.deepEqual(rig.journal.take().toSorted(), ['changed a', 'rejected c.yaml: parse']);
  rig.remove('root/c.yaml');
  await rig.read();
  await rig.pass(GRACE_MS - 20_000, 10_000);
  assert.equal(rig.value('a'), 'unknown');
  await rig.pass(40_000, 10_000);
  assert.equal(rig.value('a'), 'deleted');
});

test('an emptied directory counts as meant once a person said so', async () => {
  await using rig = await withTwo({ allowEmpty: true });
  rig.remove('root/a.yaml');
  rig.remove('root/b.yaml');
  await rig.read();
  assert.equal(rig.source.snapshot().vanishedLastHour, 2);
  await rig.pass(GRACE_MS + 20_000, 10_000);
  assert.deepEqual([rig.value('a'), rig.value('b')], ['deleted', 'deleted']);
});

test('F01: a root that is missing at the start is waited for, and says so once', async () => {
  await using rig = new Rig();
  let started = false;
  rig.begin();
  rig.started?.then(
    () => (started = true),
    () => {},
  );
  await rig.pass(5_000);
  assert.equal(started, false);
  assert.deepEqual(rig.journal.take(), [`stale: ${rig.path('root')}: no such file or directory (ENOENT)`]);
  rig.write('root/a.yaml', 'a 1');
  await rig.pass(2_000);
  assert.equal(started, true);
  assert.deepEqual(rig.journal.take(), ['changed a', `recovered ${rig.source.name}`]);
});

test('F02: a root removed and made again changes nothing while it is away, and what did not return is never deleted', async () => {
  await using rig = await withTwo();
  rig.remove('root');
  await rig.pass(12_000);
  assert.equal(rig.source.snapshot().status, 'failed');
  assert.deepEqual([rig.value('a'), rig.value('b')], ['1', '1']);
  assert.equal(rig.watcher.open, 0);
  rig.write('root/b.yaml', 'b 2');
  await rig.pass(12_000);
  assert.equal(rig.watcher.open, 1, 'the watch is armed on the new directory');
  await rig.pass(3 * GRACE_MS, 30_000);
  assert.equal(rig.value('b'), '2');
  assert.match(rig.reason('a'), /replaced by another one/);
});

test('a root replaced by another directory, without a gap, deletes nothing either', async () => {
  await using rig = await withTwo();
  rig.write('other/b.yaml', 'b 1');
  renameSync(rig.path('root'), rig.path('old'));
  renameSync(rig.path('other'), rig.path('root'));
  await rig.pass(3 * GRACE_MS, 30_000);
  assert.match(rig.reason('a'), /replaced by another one/);
  assert.equal(rig.watcher.armed.length, 2);
});

test('F03: an empty directory in the place of the one with manifests is a lost mount: everything stays wanted', async () => {
  await using rig = await withTwo();
  rig.write('other/x', '');
  rig.remove('other/x');
  renameSync(rig.path('root'), rig.path('old'));
  renameSync(rig.path('other'), rig.path('root'));
  await rig.pass(3 * GRACE_MS, 30_000);
  assert.equal(rig.source.snapshot().status, 'failed');
  assert.match(rig.source.snapshot().reason ?? '', /lost mount/);
  assert.deepEqual([rig.value('a'), rig.value('b')], ['1', '1']);
});

test('F09: a directory emptied in place leaves every key unknown with a reason', async () => {
  await using rig = await withTwo();
  rig.remove('root/a.yaml');
  rig.remove('root/b.yaml');
  await rig.pass(3 * GRACE_MS, 30_000);
  assert.equal(rig.source.snapshot().status, 'complete');
  assert.match(rig.reason('a'), /not taken as a wish to delete everything/);
  assert.match(rig.reason('b'), /not taken as a wish to delete everything/);
});

test('F04: a file without permission keeps its manifests, a root without permission keeps all', {
  skip: process.getuid?.() === 0,
}, async () => {
  await using rig = await withTwo();
  rig.write('root/a.yaml', 'a 2');
  chmodSync(rig.path('root/a.yaml'), 0);
  await rig.read();
  assert.deepEqual([rig.source.snapshot().status, rig.value('a')], ['partial', '1']);
  chmodSync(rig.path('root'), 0);
  await rig.read();
  assert.deepEqual([rig.source.snapshot().status, rig.value('a')], ['failed', '1']);
  chmodSync(rig.path('root'), 0o755);
});

for (const code of ['EACCES', 'EIO', 'ESTALE', 'EPERM']) {
  test(`F04/F24: ${code} on one file keeps what it held, and its neighbours go on`, async () => {
    await using rig = await withTwo();
    failOn(rig, 'read', /a\.yaml$/, code);
    rig.write('root/a.yaml', 'a 2');
    rig.write('root/b.yaml', 'b 2');
    const { status } = await rig.read(2);
    assert.deepEqual([status, rig.value('a'), rig.value('b')], ['partial', '1', '2']);
    assert.deepEqual(rig.journal.take().toSorted(), ['changed b', 'rejected a.yaml: unreadable']);
    rig.tree.before = () => {};
    await rig.read();
    assert.deepEqual(rig.journal.take().toSorted(), ['changed a', 'recovered a.yaml']);
  });
}

test('a directory that cannot be listed keeps what its files held', async () => {
  await using rig = new Rig();
  rig.write('root/team/a.yaml', 'a 1');
  rig.write('root/team-b/b.yaml', 'b 1');
  await rig.start();
  failOn(rig, 'list', /team$/, 'EACCES');
  rig.remove('root/team-b/b.yaml');
  const { status } = await rig.read();
  assert.deepEqual([status, rig.value('a'), rig.value('b')], ['partial', '1', 'unknown']);
});

for (const code of ['EMFILE', 'ENFILE']) {
  test(`F21: ${code} while reading is a failed snapshot, not “0 files”`, async () => {
    await using rig = await withTwo();
    failOn(rig, 'read', /b\.yaml$/, code);
    rig.write('root/a.yaml', 'a 2');
    rig.write('root/b.yaml', 'b 2');
    const { status } = await rig.read();
    assert.deepEqual([status, rig.value('a'), rig.value('b')], ['failed', '1', '1']);
  });
}

test('F24: a mount that hangs is a failed snapshot after the deadline, is asked nothing more, and recovers', async () => {
  await using rig = await withTwo();
  const { promise, resolve } = Promise.withResolvers<void>();
  rig.tree.before = (call) => (call === 'list' ? promise : undefined);
  rig.source.hint();
  for (let second = 0; second < 60; second++) await rig.clock.advance(1_000);
  assert.equal(rig.source.snapshot().status, 'failed');
  assert.equal(rig.tree.pending, 1);
  assert.equal(rig.value('a'), '1');
  resolve();
  rig.tree.before = () => {};
  await rig.pass(3_000);
  assert.equal(rig.source.snapshot().status, 'complete');
});

function failOn(rig: Rig, call: string, path: RegExp, code: string): void {
  rig.tree.before = (made, at) => {
    if (made === call && path.test(at)) throw systemError(code);
  };
}

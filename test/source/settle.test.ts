import assert from 'node:assert/strict';
import { appendFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { judge, type Sighting, type Unsettled } from '../../src/source/settle.ts';
import { Rig } from './rig.ts';

const NOW = { wallMs: 1_000_000, elapsedMs: 50_000 };
const SEEN: Sighting = { hash: 'h2', stamp: 's2', torn: false, touchedAtMs: NOW.wallMs - 5, grown: false };
const PENDING: Unsettled = { hash: 'h2', stamp: 's2', sinceMs: 49_900, startedMs: 49_900, versions: 1 };
const BELIEVED = { hash: 'h1', acceptedMs: 49_000 };
const OLD = NOW.wallMs - 100;
const FUTURE = NOW.wallMs + 3_600_000;

/** What is seen, what was seen before, and how long to wait; 0: believed. */
const CASES: readonly (readonly [
  string,
  Partial<Sighting>,
  Unsettled | undefined,
  typeof BELIEVED | undefined,
  number,
])[] = [
  ['an old file is believed at once', { touchedAtMs: OLD }, undefined, undefined, 0],
  ['a young file waits for what is left of 100 ms', {}, undefined, undefined, 95],
  ['a file from the future waits', { touchedAtMs: FUTURE }, undefined, undefined, 100],
  ['… and is believed once two readings 100 ms apart agree', { touchedAtMs: FUTURE }, PENDING, undefined, 0],
  ['two readings less than 100 ms apart do not count', {}, { ...PENDING, sinceMs: 49_950 }, undefined, 50],
  ['a reading that differs from the one before starts anew', { hash: 'h3' }, PENDING, undefined, 95],
  ['the same content written again starts anew', { stamp: 's3' }, PENDING, undefined, 95],
  ['a torn reading is never believed', { torn: true, touchedAtMs: OLD }, PENDING, undefined, 100],
  ['what is believed already needs no rest', { hash: 'h1' }, undefined, BELIEVED, 0],
  ['… but a torn reading of it does', { hash: 'h1', torn: true }, undefined, BELIEVED, 100],
  ['a file that only grew a moment after it was believed gets longer', { grown: true }, undefined, BELIEVED, 1_495],
  ['one that changed otherwise does not', { grown: false }, undefined, BELIEVED, 95],
  ['one that grew much later does not', { grown: true }, undefined, { ...BELIEVED, acceptedMs: 0 }, 95],
  ['a third version in a row gets longer', { hash: 'h4' }, { ...PENDING, versions: 2 }, undefined, 1_495],
];

for (const [name, seen, unsettled, believed, waitMs] of CASES) {
  test(`settling: ${name}`, () => {
    const verdict = judge({ ...SEEN, ...seen }, { unsettled, believed }, NOW);
    assert.equal(verdict.kind === 'wait' ? verdict.waitMs : 0, waitMs);
  });
}

/** Sets the file's times to those of the turned clock, as a file written now would have. The change time lies. */
function writeNow(rig: Rig, name: string, text: string): void {
  writeFileSync(rig.path(name), text);
  const now = new Date(rig.clock.now());
  utimesSync(rig.path(name), now, now);
}

test('F17: a slow writer is not believed before it is done, and its neighbours need not wait', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1\nb 1\nc 1');
  rig.write('root/n.yaml', 'n 1');
  await rig.start();
  rig.journal.take();
  rig.write('root/n.yaml', 'n 2');
  for (const chunk of ['a', 'a ', 'a 2', 'a 2\nb', 'a 2\nb 2', 'a 2\nb 2\nc 2']) {
    writeNow(rig, 'root/a.yaml', chunk);
    rig.source.hint();
    await rig.pass(80, 20);
  }
  assert.deepEqual(rig.journal.take(), ['changed n']);
  assert.equal(rig.source.snapshot().status, 'partial');
  await rig.pass(4_000, 100);
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed b', 'changed c']);
  assert.equal(rig.source.snapshot().status, 'complete');
});

test('F17: chunks a second apart: after the first one, the rest is believed together', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'z 1');
  await rig.start();
  rig.journal.take();
  writeNow(rig, 'root/a.yaml', 'a 1\n');
  for (let chunk = 0; chunk < 5; chunk++) {
    rig.source.hint();
    await rig.pass(1_000, 50);
    appendFileSync(rig.path('root/a.yaml'), `b${chunk} 1\n`);
    const now = new Date(rig.clock.now());
    utimesSync(rig.path('root/a.yaml'), now, now);
  }
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed z']);
  await rig.pass(13_000, 100);
  assert.deepEqual(rig.journal.take(), ['changed b0', 'changed b1', 'changed b2', 'changed b3', 'changed b4']);
});

test('F17: a writer that dies midway leaves an invalid half, which is reported and not used', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  rig.journal.take();
  writeNow(rig, 'root/a.yaml', 'a');
  rig.source.hint();
  await rig.pass(3_000, 100);
  assert.deepEqual(rig.journal.take(), ['rejected a.yaml: parse']);
  assert.equal(rig.value('a'), '1');
});

test('a rejected file is not mended by being written to, only by what it holds at rest', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a !');
  rig.write('root/n.yaml', 'n 1');
  await rig.start();
  rig.journal.take();
  for (let version = 1; version < 6; version++) {
    writeNow(rig, 'root/a.yaml', `a ${version}`);
    rig.source.hint();
    await rig.pass(80, 20);
  }
  assert.equal(rig.source.snapshot().status, 'partial');
  assert.deepEqual(rig.journal.take(), []);
  await rig.pass(4_000, 100);
  assert.deepEqual(rig.journal.take(), ['recovered a.yaml', 'changed a']);
});

test('a file that does not come to rest for 10 s is reported once, still not used, and used when it rests', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 0');
  await rig.start();
  rig.journal.take();
  for (let version = 1; version < 130; version++) {
    writeNow(rig, 'root/a.yaml', `a ${version}`);
    rig.source.hint();
    await rig.pass(100, 50);
  }
  assert.deepEqual(rig.journal.take(), ['rejected a.yaml: unreadable']);
  assert.match(rig.journal.errors[0]!.message, /kept changing for 10 s/);
  assert.equal(rig.value('a'), '0');
  await rig.pass(25_000, 100);
  assert.equal(rig.value('a'), '129');
  assert.deepEqual(rig.journal.take().toSorted(), ['changed a', 'recovered a.yaml']);
});

test('a save whose change time is the present moment is believed after one second look', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  writeNow(rig, 'root/new', 'a 2');
  renameSync(rig.path('root/new'), rig.path('root/a.yaml'));
  rig.source.hint();
  await rig.pass(160, 20);
  assert.equal(rig.value('a'), '2');
});

import assert from 'node:assert/strict';
import { linkSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Rig } from './rig.ts';

test('every manifest of every file is wanted after the start, and each is told once', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1\nb 1');
  rig.write('root/team/c.yml', 'c 1');
  rig.write('root/d.json', 'd 1');
  await rig.start();
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed b', 'changed c', 'changed d']);
  assert.deepEqual([...rig.source.keys()], ['default/a', 'default/b', 'default/c', 'default/d']);
  const { status, files, keys, rejected } = rig.source.snapshot();
  assert.deepEqual({ status, files, keys, rejected }, { status: 'complete', files: 3, keys: 4, rejected: 0 });
});

test('only what changed is told, and nothing at all when only comments, places or formats change (I15)', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1\nb 1');
  await rig.start();
  rig.journal.take();
  rig.write('root/a.yaml', 'a 1\nb 2');
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['changed b']);
  rig.write('root/a.yaml', '# now in two files\nb 2');
  rig.write('root/deep/er/other.yml', 'a    1');
  await rig.read();
  assert.deepEqual(rig.journal.take(), []);
  assert.equal(rig.value('a'), '1');
});

test('F16: editors’ and copiers’ own files are not read, hidden ones neither', async () => {
  await using rig = new Rig();
  const artefacts = ['.a.yaml.swp', 'a.yaml~', '.#a.yaml', '#a.yaml#', '4913', '.goutputstream-X1', 'a.yaml.tmp'];
  for (const name of [...artefacts, 'a.tmp.yaml', '.hidden.yaml', '.git/x.yaml', 'README.md']) {
    rig.write(`root/${name}`, 'x 1');
  }
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  assert.deepEqual([...rig.source.keys()], ['default/a']);
});

test('an invalid version keeps the last good one in force, says so once, and says when it is mended (I39)', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  rig.write('root/b.yaml', 'b 1');
  await rig.start();
  rig.journal.take();
  for (const broken of ['a !', '???  ']) {
    rig.write('root/a.yaml', broken);
    rig.write('root/b.yaml', `b ${broken.length}`);
    await rig.read(3);
    assert.deepEqual(rig.journal.take().toSorted(), ['changed b', 'rejected a.yaml: parse']);
    assert.equal(rig.value('a'), '1');
  }
  rig.write('root/a.yaml', 'a 1');
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['recovered a.yaml']);
});

test('one broken document leaves its neighbours in the file free to change', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1\nb 1');
  await rig.start();
  rig.journal.take();
  rig.write('root/a.yaml', 'a !\nb 2');
  await rig.read();
  assert.deepEqual([rig.value('a'), rig.value('b')], ['1', '2']);
  assert.equal(rig.source.snapshot().rejected, 1);
});

test('a file emptied by accident keeps its manifests, a file that never held any is fine (Y01, Y02)', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  rig.write('root/notes.yaml', '# nothing');
  await rig.start();
  rig.journal.take();
  rig.write('root/a.yaml', '');
  await rig.read();
  assert.equal(rig.value('a'), '1');
  assert.deepEqual(rig.journal.take(), ['rejected a.yaml: parse']);
});

test('warnings are told once, and do not count as rejection', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a warn');
  await rig.start();
  await rig.read(2);
  assert.deepEqual(rig.journal.take().toSorted(), ['changed a', 'warned a.yaml']);
  assert.equal(rig.source.snapshot().rejected, 0);
});

test('a key belongs to the file that had it first, and to the next one when that file is gone', async () => {
  await using rig = new Rig();
  rig.write('root/m.yaml', 'a 1');
  await rig.start();
  rig.journal.take();
  rig.write('root/a.yaml', 'a 2');
  await rig.read(2);
  assert.equal(rig.value('a'), '1', 'path order does not win over who was first');
  assert.deepEqual(rig.journal.take(), ['rejected a.yaml: duplicate']);
  assert.match(rig.journal.errors.at(-1)!.message, /already defined in m\.yaml:1/);
  rig.remove('root/m.yaml');
  await rig.read();
  assert.equal(rig.value('a'), '2');
  assert.deepEqual(rig.journal.take().toSorted(), ['changed a', 'recovered a.yaml']);
});

test('an invalid file keeps its key although another file offers the same one', async () => {
  await using rig = new Rig();
  rig.write('root/m.yaml', 'a 1');
  await rig.start();
  for (const broken of ['a !', '???']) {
    rig.write('root/m.yaml', broken);
    rig.write('root/b.yaml', 'a 2');
    await rig.read();
    assert.equal(rig.value('a'), '1');
    assert.equal(rig.source.snapshot().rejected, 2);
  }
  rig.write('root/m.yaml', '# moved to b.yaml\nz 1');
  await rig.read();
  assert.deepEqual([rig.value('a'), rig.source.snapshot().rejected], ['2', 0]);
});

test('two keys cannot have one live service: the one that has it keeps it', async () => {
  await using rig = new Rig();
  rig.write('root/m.yaml', 'a 1 service=web');
  await rig.start();
  rig.journal.take();
  rig.write('root/b.yaml', 'b 1 service=web');
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['rejected b.yaml: duplicate']);
  assert.equal(rig.value('b'), 'unknown');
  rig.write('root/c.yaml', 'c 1');
  await rig.read();
  rig.write('root/c.yaml', 'c 2 service=web');
  await rig.read();
  assert.equal(rig.value('c'), '1', 'a version that asks for a service of another one is as good as invalid');
  rig.remove('root/m.yaml');
  rig.remove('root/c.yaml');
  await rig.read();
  assert.equal(rig.value('b'), '1');
});

test('two manifests that swap their live services at once both get them', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1 service=x');
  rig.write('root/b.yaml', 'b 1 service=y');
  await rig.start();
  rig.write('root/a.yaml', 'a 2 service=y');
  rig.write('root/b.yaml', 'b 2 service=x');
  await rig.read();
  assert.deepEqual([rig.value('a'), rig.value('b'), rig.source.snapshot().rejected], ['2', '2', 0]);
});

test('F15: two hard links to one manifest are a conflict of two files, not a crash', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  linkSync(rig.path('root/a.yaml'), rig.path('root/b.yaml'));
  await rig.start();
  assert.equal(rig.value('a'), '1');
  assert.deepEqual(rig.journal.take(), ['rejected b.yaml: duplicate', 'changed a']);
});

test('F18: renames, also of two files at once and by case alone, are free; an atomic save is a change', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  rig.write('root/b.yaml', 'b 1');
  await rig.start();
  rig.journal.take();
  renameSync(rig.path('root/a.yaml'), rig.path('root/x'));
  renameSync(rig.path('root/b.yaml'), rig.path('root/a.yaml'));
  renameSync(rig.path('root/x'), rig.path('root/b.yaml'));
  await rig.read();
  renameSync(rig.path('root/a.yaml'), rig.path('root/A.YAML'));
  await rig.read();
  assert.deepEqual(rig.journal.take(), []);
  rig.write('root/b.yaml.tmp', 'a 2');
  renameSync(rig.path('root/b.yaml.tmp'), rig.path('root/b.yaml'));
  await rig.read();
  assert.deepEqual(rig.journal.take(), ['changed a']);
});

test('F19: content decides, whatever the file’s times say', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  rig.journal.take();
  const stamps = [new Date(0), new Date(rig.clock.now() + 86_400_000), new Date(rig.clock.now())];
  for (const [index, stamp] of stamps.entries()) {
    writeFileSync(rig.path('root/a.yaml'), `a ${index + 2}`);
    utimesSync(rig.path('root/a.yaml'), stamp, stamp);
    await rig.read();
    await rig.until(() => rig.value('a') === String(index + 2));
    utimesSync(rig.path('root/a.yaml'), new Date(7), new Date(7));
    await rig.read();
  }
  assert.deepEqual(rig.journal.take(), ['changed a', 'changed a', 'changed a']);
});

test('F26: a burst of hints is one reading', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  await rig.pass(1_000, 100);
  const readings = new Set<unknown>();
  for (let at = 0; at < 1_000; at += 10) {
    rig.source.hint();
    await rig.clock.advance(10);
    await rig.rest();
    readings.add(rig.source.snapshot());
  }
  assert.ok(readings.size <= 7, `${readings.size} readings in a second of hints without pause`);
  assert.ok(readings.size >= 4, 'a stream of hints must not put a reading off for ever');
});

test('files with the same stamp are not read again, and the periodic reading needs no hint', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  const reads = rig.tree.counts.get('read');
  await rig.read(3);
  assert.equal(rig.tree.counts.get('read'), reads);
  rig.write('root/b.yaml', 'b 1');
  await rig.pass(11_000);
  assert.equal(rig.value('b'), '1');
});

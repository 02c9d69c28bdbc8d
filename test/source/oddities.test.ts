import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { parseKey } from '../../src/manifest/key.ts';
import type { FileContent, FileStat, FileTree, TreeEntry } from '../../src/source/file-tree.ts';
import { Rig } from './rig.ts';

function messages(rig: Rig): string {
  return rig.journal.errors.map((error) => `${error.file}: ${error.message}`).join('\n');
}

test('F11: a link to a file inside the directory counts once, under the name of the file', async () => {
  await using rig = new Rig();
  rig.write('root/z.yaml', 'a 1');
  symlinkSync('z.yaml', rig.path('root/b.yaml'));
  await rig.start();
  assert.deepEqual(rig.journal.take(), ['changed a']);
  assert.equal(rig.source.snapshot().files, 1);
  const desired = rig.source.get(parseKey('a'));
  assert.equal(desired.kind === 'wanted' && desired.loaded.origin.file, 'z.yaml');
});

test('F12: a link that leads out is refused, and nothing of what it leads to is told (I35)', async () => {
  await using rig = new Rig();
  rig.write('secret.yaml', 'token 12345');
  rig.write('outside/x.yaml', 'x 1');
  rig.write('root/a.yaml', 'a 1');
  const links = {
    's.yaml': '../secret.yaml',
    'p.yaml': '/etc/passwd',
    'e.json': '/proc/self/environ',
    d: '../outside',
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, rig.path(`root/${name}`));
  const opened: string[] = [];
  rig.tree.before = (call, path) => {
    if (call === 'read') opened.push(path);
  };
  await rig.start();
  assert.deepEqual([...rig.source.keys()], ['default/a']);
  assert.deepEqual(opened, [rig.path('root/a.yaml')]);
  assert.equal(rig.source.snapshot().rejected, 4);
  assert.doesNotMatch(JSON.stringify(rig.journal.errors), /12345|token|root:|passwd|PATH=/);
});

test('a file that becomes a link out of the directory between looking and opening is not read', async () => {
  await using rig = new Rig();
  rig.write('secret.yaml', 'token 12345');
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  rig.write('root/a.yaml', 'a 2');
  let swaps = 0;
  rig.tree.after = (call, path) => {
    // The last moment before the file is opened.
    if (call !== 'realpath' || !path.endsWith('a.yaml') || swaps++ > 0) return;
    rmSync(rig.path('root/a.yaml'));
    symlinkSync('../secret.yaml', rig.path('root/a.yaml'));
  };
  await rig.read();
  assert.equal(swaps, 2, 'the second attempt finds a link, and does not open it');
  assert.equal(rig.value('a'), '1');
  assert.doesNotMatch(messages(rig), /12345/);
  assert.match(messages(rig), /a\.yaml: refused: a link that leads out/);
});

test('F13: loops of links are not walked, and everything counts once', async () => {
  await using rig = new Rig();
  rig.write('root/sub/a.yaml', 'a 1');
  symlinkSync('.', rig.path('root/self'));
  symlinkSync('..', rig.path('root/sub/up'));
  symlinkSync('sub', rig.path('root/again'));
  symlinkSync('ring2', rig.path('root/ring1'));
  symlinkSync('ring1', rig.path('root/ring2'));
  symlinkSync('knot.yaml', rig.path('root/knot.yaml'));
  await rig.start();
  assert.deepEqual(rig.journal.take(), ['rejected knot.yaml: unreadable', 'changed a']);
  assert.match(messages(rig), /leads nowhere/);
});

test('F14: pipes, sockets and devices are refused without waiting for them; a directory may be named x.yaml', async (t) => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  rig.write('root/x.yaml/b.yaml', 'b 1');
  execFileSync('mkfifo', [rig.path('root/pipe.yaml')]);
  await listenOn(rig.path('root/socket.yaml'), t);
  symlinkSync('/dev/zero', rig.path('root/zero.yaml'));
  symlinkSync('pipe.yaml', rig.path('root/topipe.yaml'));
  await rig.start();
  assert.deepEqual([...rig.source.keys()], ['default/a', 'default/b']);
  const refused = rig.journal.errors.map((error) => error.file).toSorted();
  assert.deepEqual(refused, ['pipe.yaml', 'socket.yaml', 'topipe.yaml', 'zero.yaml']);
});

test('F14: a file that became a pipe between looking and opening is refused by what was opened', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', 'a 1');
  await rig.start();
  rig.write('root/a.yaml', 'a 2');
  rig.tree.after = (call, path) => {
    if (call !== 'realpath' || !path.endsWith('a.yaml')) return;
    rig.remove('root/a.yaml');
    execFileSync('mkfifo', [rig.path('root/a.yaml')]);
    rig.tree.after = () => {};
  };
  await rig.read();
  assert.equal(rig.value('a'), '1');
  assert.match(messages(rig), /a\.yaml: refused: not a regular file: a pipe/);
});

test('Y15: too large a file is refused by its size, without reading it; the limit itself is fine', async () => {
  await using rig = new Rig();
  rig.write('root/a.yaml', `a 1\n#${'x'.repeat(256 * 1024 - 5)}`);
  rig.write('root/big.yaml', 'b 1');
  truncateSync(rig.path('root/big.yaml'), 2 * 1024 ** 3);
  const opened: string[] = [];
  rig.tree.before = (call, path) => {
    if (call === 'read') opened.push(path);
  };
  await rig.start();
  assert.deepEqual([...rig.source.keys()], ['default/a']);
  assert.deepEqual(opened, [rig.path('root/a.yaml')]);
  assert.match(messages(rig), /big\.yaml: refused: larger than 262144 bytes/);
});

test('F20: names that could disturb a terminal are written out, and different names stay different', async () => {
  await using rig = new Rig();
  rig.write('root/a\n\u001b[31m.yaml', '???');
  rig.write('root/a\\n.yaml', '???');
  rig.write(`root/${'n'.repeat(250)}.yaml`, 'a 1');
  mkdirSync(Buffer.concat([Buffer.from(rig.path('root/')), Buffer.from([0xff, 0xfe])]));
  await rig.start();
  assert.equal(rig.value('a'), '1');
  const files = rig.journal.errors.map((error) => error.file).toSorted();
  assert.deepEqual(files, ['a\\\\n.yaml', 'a\\u{a}\\u{1b}[31m.yaml', '\uFFFD\uFFFD']);
});

test('F20: one level more than 20 is a failed snapshot, 20 are not', async () => {
  await using rig = new Rig();
  rig.write(`root/${'d/'.repeat(20)}a.yaml`, 'a 1');
  await rig.start();
  assert.equal(rig.value('a'), '1');
  rig.write(`root/${'d/'.repeat(21)}b.yaml`, 'b 1');
  const { status, reason } = await rig.read();
  assert.deepEqual([status, rig.value('a'), rig.value('b')], ['failed', '1', 'unknown']);
  assert.match(reason ?? '', /nested more than 20 deep/);
});

test('F20: 10 000 files are read, 10 001 are a failed snapshot and never a part of them', async () => {
  const tree = new FlatTree(10_000);
  await using rig = new Rig({ tree });
  await rig.start();
  assert.equal(rig.source.snapshot().keys, 10_000);
  tree.files = 10_001;
  const { status, reason, keys } = await rig.read();
  assert.deepEqual([status, reason, keys], ['failed', 'more than 10000 manifest files', 10_000]);
});

/** A directory of any number of files, each with one manifest. */
class FlatTree implements FileTree {
  files: number;

  constructor(files: number) {
    this.files = files;
  }

  async list(): Promise<readonly TreeEntry[]> {
    return Array.from({ length: this.files }, (_, at) => ({ name: `f${at}.yaml`, kind: 'file' }));
  }

  async lstat(path: string): Promise<FileStat> {
    const at = /f(\d+)\.yaml$/.exec(path)?.[1];
    const times = { mtimeNs: 0n, ctimeNs: 0n };
    return { kind: at === undefined ? 'directory' : 'file', dev: 1n, ino: BigInt(at ?? -1), sizeBytes: 1n, ...times };
  }

  stat(path: string): Promise<FileStat> {
    return this.lstat(path);
  }

  async readlink(): Promise<string> {
    throw Object.assign(new Error('not a link'), { code: 'EINVAL' });
  }

  async realpath(path: string): Promise<string> {
    return path;
  }

  async read(path: string): Promise<FileContent> {
    const stat = await this.lstat(path);
    return { bytes: Buffer.from(`s${stat.ino} 1`), before: stat, after: stat };
  }
}

async function listenOn(path: string, t: TestContext): Promise<void> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(path, resolve);
  await promise;
  t.after(() => server.close());
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LoadedFile } from '../../src/manifest/load.ts';
import { NodeFileTree } from '../../src/source/node-file-tree.ts';
import { type ReadPathsOptions, readPaths } from '../../src/source/read-paths.ts';
import { FaultyTree, systemError } from './faulty-tree.ts';
import { loadLines } from './stand-in.ts';

function directory(t: TestContext): string {
  const base = mkdtempSync(join(tmpdir(), 'evenkeel-paths-'));
  t.after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, 'dir/deep'), { recursive: true });
  writeFileSync(join(base, 'dir/a.yaml'), 'a 1\nb 1');
  writeFileSync(join(base, 'dir/deep/c.json'), 'c 1');
  writeFileSync(join(base, 'dir/notes.txt'), 'x 1');
  return base;
}

function read(paths: readonly string[], options: Partial<ReadPathsOptions> = {}): Promise<readonly LoadedFile[]> {
  const signal = new AbortController().signal;
  return readPaths(paths, { tree: new NodeFileTree(), load: loadLines, signal, ...options });
}

function keysOf(files: readonly LoadedFile[]): readonly string[] {
  return files.flatMap((file) => file.manifests.map((manifest) => manifest.key));
}

function errorsOf(files: readonly LoadedFile[], base: string): readonly string[] {
  const errors = files.flatMap((file) => file.errors);
  assert.ok(errors.every((error) => error.reason === 'unreadable' && error.severity === 'error'));
  return errors.map((error) => `${error.file.replace(`${base}/`, '')}: ${error.message}`);
}

test('files, directories with everything in them, and standard input are read in the order named', async (t) => {
  const base = directory(t);
  writeFileSync(join(base, 'odd.txt'), 'z 1');
  const paths = ['-', join(base, 'odd.txt'), join(base, 'dir')];
  const files = await read(paths, { stdin: Buffer.from('s 1') });
  assert.deepEqual(keysOf(files), ['default/s', 'default/z', 'default/a', 'default/b', 'default/c']);
  const names = files.map((file) => file.file.replace(`${base}/`, ''));
  assert.deepEqual(names, ['stdin', 'odd.txt', 'dir/a.yaml', 'dir/deep/c.json']);
});

test('a file named twice, directly, by its directory or by a link, is read once', async (t) => {
  const base = directory(t);
  symlinkSync('dir/a.yaml', join(base, 'link.yaml'));
  const paths = ['dir/a.yaml', 'dir', 'link.yaml', 'dir', 'dir/a.yaml'].map((path) => join(base, path));
  assert.deepEqual(keysOf(await read(paths)), ['default/a', 'default/b', 'default/c']);
});

test('what cannot be read is an error of its own, and the rest is read', async (t) => {
  const base = directory(t);
  mkdirSync(join(base, 'empty'));
  execFileSync('mkfifo', [join(base, 'pipe.yaml')]);
  writeFileSync(join(base, 'big.yaml'), '');
  truncateSync(join(base, 'big.yaml'), 2 * 1024 ** 3);
  symlinkSync('/etc/passwd', join(base, 'dir/out.yaml'));
  const paths = ['none.yaml', 'empty', 'pipe.yaml', 'big.yaml', 'dir'].map((path) => join(base, path));
  const files = await read([...paths, '-']);
  assert.deepEqual(errorsOf(files, base), [
    'none.yaml: no such file or directory (ENOENT)',
    'empty: holds no .yaml, .yml or .json file',
    'pipe.yaml: not a regular file: a pipe, socket or device',
    'big.yaml: larger than 262144 bytes',
    'dir/out.yaml: refused: a link that leads out of the directory',
    'stdin: nothing was given on standard input',
  ]);
  assert.deepEqual(keysOf(files), ['default/a', 'default/b', 'default/c']);
});

for (const code of ['EACCES', 'EIO', 'EMFILE', 'ESTALE', 'ENOENT']) {
  test(`${code} is an error of the file that has it`, async (t) => {
    const base = directory(t);
    const tree = new FaultyTree(new NodeFileTree());
    tree.before = (call, path) => {
      if (call === 'read' && path.endsWith('a.yaml')) throw systemError(code);
    };
    const files = await read([join(base, 'dir')], { tree });
    assert.match(errorsOf(files, base).join(), new RegExp(`^dir/a\\.yaml: .*\\(${code}\\)$`));
    assert.deepEqual(keysOf(files), ['default/c']);
  });
}

test('an abort ends it', async (t) => {
  const base = directory(t);
  await assert.rejects(read([join(base, 'dir')], { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
});

test('too much on standard input is refused', async () => {
  const files = await read(['-'], { stdin: new Uint8Array(256 * 1024 + 1) });
  assert.match(files[0]?.errors[0]?.message ?? '', /larger than/);
});

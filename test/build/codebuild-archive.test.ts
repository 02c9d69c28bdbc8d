import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unzipSync } from 'fflate';
import { BuildRefused } from '../../src/build/build-refused.ts';
import { packContext } from '../../src/build/codebuild-archive.ts';
import { ContextChanged } from '../../src/build/read-listed.ts';
import { sha256 } from '../../src/lib/hash.ts';
import { contextOf, folder, signal, type Tree } from './support/tree.ts';

const PLENTY = 2 ** 30;
const LONG = `${'deep/'.repeat(40)}${'n'.repeat(120)}.txt`;
/** No two megabytes of it are alike. */
const LARGE = Array.from({ length: 400_000 }, (_, index) => `${index}`).join(' ');
const TREE: Tree = {
  Dockerfile: 'FROM scratch\nCOPY . /\n',
  'run.sh': { executable: '#!/bin/sh\n' },
  'empty.txt': '',
  'a name with spaces/ü – 日本.txt': 'unicode',
  'back\\slash': 'kept',
  'large.bin': LARGE,
  [LONG]: 'long',
  'links/to-run': { link: '../run.sh' },
  'no-files': null,
};

/** Unpacks as a build does: what CodeBuild fetched with unzip, what is in it with the tar of the machine. */
function unpack(t: TestContext, archive: Uint8Array): { readonly dockerfile: string; readonly context: string } {
  const place = folder(t);
  const files = unzipSync(archive);
  assert.deepEqual(Object.keys(files).sort(), ['Dockerfile', 'context.tar.gz']);
  writeFileSync(join(place, 'context.tar.gz'), files['context.tar.gz']!);
  const context = join(place, 'context');
  mkdirSync(context);
  execFileSync('tar', ['-xzf', 'context.tar.gz', '-C', 'context'], { cwd: place });
  return { dockerfile: Buffer.from(files['Dockerfile']!).toString(), context };
}

/** Everything beneath a folder that counts for an image. */
function listing(root: string): Readonly<Record<string, string>> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(paths.map((path) => [path, described(join(root, path))]));
}

function described(path: string): string {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return `link ${readlinkSync(path)}`;
  if (stats.isDirectory()) return 'directory';
  return `${(stats.mode & 0o777).toString(8)} ${sha256(readFileSync(path))}`;
}

test('what a build unpacks is what was listed: contents, links, and who may be run', async (t) => {
  const root = folder(t, TREE);
  const { dockerfile, context } = unpack(t, await packContext(await contextOf(root), PLENTY, signal));
  assert.equal(dockerfile, TREE['Dockerfile']);
  assert.deepEqual(listing(context), listing(root));
  const { mode, mtimeMs } = statSync(join(context, 'run.sh'));
  assert.deepEqual([mode & 0o111, mtimeMs], [0o111, 0]);
});

test('what the ignore file leaves out is not sent', async (t) => {
  const root = folder(t, {
    Dockerfile: 'FROM scratch',
    '.dockerignore': '.env\nsecrets',
    '.env': 'KEY=1',
    'secrets/key': '1',
  });
  const { context } = unpack(t, await packContext(await contextOf(root), PLENTY, signal));
  assert.deepEqual(readdirSync(context).sort(), ['.dockerignore', 'Dockerfile']);
});

test('the same content gives the same bytes, whatever the times and modes of its files', async (t) => {
  const [one, other] = [folder(t, TREE), folder(t, TREE)];
  utimesSync(join(other, 'large.bin'), 1, 1);
  chmodSync(join(other, 'run.sh'), 0o711);
  const [first, second] = await Promise.all(
    [one, other].map(async (root) => await packContext(await contextOf(root), PLENTY, signal)),
  );
  assert.equal(sha256(first!), sha256(second!));
});

test('the bytes do not depend on the time zone of the machine', (t) => {
  const root = folder(t, { Dockerfile: 'FROM scratch' });
  const script = `
    import { packContext } from ${JSON.stringify(join(import.meta.dirname, '../../src/build/codebuild-archive.ts'))};
    import { readBuildContext } from ${JSON.stringify(join(import.meta.dirname, '../../src/build/build-context.ts'))};
    import { createHash } from 'node:crypto';
    const { signal } = new AbortController();
    const root = ${JSON.stringify(root)};
    const context = await readBuildContext({ context: '.', dockerfile: 'Dockerfile', base: root, root }, signal);
    console.log(createHash('sha256').update(await packContext(context, 1e9, signal)).digest('hex'));`;
  const hashIn = (TZ: string): string =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env: { TZ }, encoding: 'utf8' }).trim();
  assert.match(hashIn('UTC'), /^[0-9a-f]{64}$/);
  assert.equal(hashIn('Pacific/Auckland'), hashIn('America/Los_Angeles'));
});

test('a context that stays too large when packed is refused, with what to do about it', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM scratch' });
  writeFileSync(join(root, 'noise'), Buffer.from(Array.from({ length: 40_000 }, (_, n) => sha256(String(n))).join('')));
  await assert.rejects(packContext(await contextOf(root), 1024 ** 2, signal), (thrown) => {
    assert.ok(thrown instanceof BuildRefused && thrown.reason === 'too-large');
    assert.match(thrown.message, /larger than 1 MiB when it is packed.*\.dockerignore/);
    return true;
  });
});

test('a file that is not what was listed is not sent', async (t) => {
  for (const name of ['run.sh', 'large.bin']) {
    const root = folder(t, TREE);
    const context = await contextOf(root);
    writeFileSync(join(root, name), `${readFileSync(join(root, name), 'utf8').slice(0, -1)}!`);
    await assert.rejects(packContext(context, PLENTY, signal), ContextChanged);
  }
});

test('packing ends with the reason of the signal', async (t) => {
  const context = await contextOf(folder(t, TREE));
  const stop = new AbortController();
  const packing = packContext(context, PLENTY, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(packing, /^Error: enough$/);
});

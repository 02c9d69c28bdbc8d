import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContextPlace } from '../../src/build/build-context.ts';
import { BuildRefused, type RefusalReason } from '../../src/build/build-refused.ts';
import { contextOf, folder, plant, signal, type Tree } from './support/tree.ts';

async function listed(root: string, place: Partial<ContextPlace> = {}): Promise<string[]> {
  const { entries } = await contextOf(root, place);
  return entries.map((entry) => (entry.kind === 'link' ? `${entry.path} -> ${entry.target}` : entry.path));
}

function refused(reason: RefusalReason, path: string, message: RegExp): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof BuildRefused, String(thrown));
    assert.deepEqual({ reason: thrown.reason, path: thrown.path }, { reason, path });
    assert.match(thrown.message, message);
    return true;
  };
}

test('a context lists files, links and empty folders, sorted', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', 'b/c': '1', 'b-a': '2', empty: null, 'b/up': { link: '../b-a' } });
  assert.deepEqual(await listed(root), ['Dockerfile', 'b', 'b-a', 'b/c', 'b/up -> ../b-a', 'empty']);
});

test('what .dockerignore names stays out, and an ignored folder travels only with what is kept in it', async (t) => {
  const root = folder(t, {
    Dockerfile: 'FROM x',
    '.dockerignore': '*\n!dir/keep\n!Dockerfile',
    'dir/keep': '',
    'dir/drop': '',
    'other/x': '',
    y: '',
  });
  assert.deepEqual(await listed(root), ['Dockerfile', 'dir', 'dir/keep']);
});

test('an ignored Dockerfile is still read, but does not travel', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', '.dockerignore': 'Dockerfile\n.dockerignore', a: '' });
  assert.deepEqual(await listed(root), ['a']);
  assert.equal((await contextOf(root)).dockerfile, 'FROM x');
});

test('an ignore file of the Dockerfile wins over the general one, which then does not travel', async (t) => {
  const root = folder(t, {
    'docker/Web': 'FROM x',
    'docker/Web.dockerignore': 'a',
    '.dockerignore': 'b',
    a: '',
    b: '',
  });
  const place = { dockerfile: 'docker/Web' };
  assert.deepEqual(await listed(root, place), ['b', 'docker', 'docker/Web', 'docker/Web.dockerignore']);
});

test('a Dockerfile may lie outside the context, inside the root', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', 'agent/a': '' });
  assert.deepEqual(await listed(root, { context: 'agent', dockerfile: '../Dockerfile' }), ['a']);
});

test('a context that is a link to a folder inside the root is that folder', async (t) => {
  const root = folder(t, { 'real/Dockerfile': 'FROM x', link: { link: 'real' } });
  assert.deepEqual(await listed(root, { context: 'link' }), ['Dockerfile']);
});

const NETWORK: readonly string[] = [
  'https://evil.example/x.git',
  'http://x/y.tar',
  'git@github.com:a/b.git',
  'git://x/y',
  'ssh://x/y',
  'github.com/a/b',
  '-',
  'HTTPS://x',
  'docker-image://alpine',
];
for (const context of NETWORK) {
  test(`the context ${context} is refused without being fetched`, async (t) => {
    const root = folder(t, { Dockerfile: 'FROM x' });
    await assert.rejects(contextOf(root, { context }), refused('network-context', context, /not a folder/));
  });
}

test('a password in a refused address is not repeated', async (t) => {
  const root = folder(t);
  const context = 'https://me:hunter2@x/y';
  await assert.rejects(contextOf(root, { context }), (thrown: Error) => !thrown.message.includes('hunter2'));
});

/** Manifest in `m/`, allowed root `m/`; a neighbour beside it. */
const OUTSIDE: readonly (readonly [string, Tree, Partial<ContextPlace>, string])[] = [
  ['a context above the root', {}, { context: '../..' }, '../..'],
  ['a context above the root that does not even exist', {}, { context: '../none' }, '../none'],
  ['an absolute context', {}, { context: '/etc' }, '/etc'],
  [
    'a neighbour whose name begins like the root',
    { 'm-other/Dockerfile': '' },
    { context: '../m-other' },
    '../m-other',
  ],
  ['a context that is a link out', { 'm/ctx': { link: '../other' } }, { context: 'ctx' }, 'ctx'],
  ['a Dockerfile above the root', {}, { dockerfile: '../other/Dockerfile' }, '../other/Dockerfile'],
  ['an absolute Dockerfile', {}, { dockerfile: '/etc/passwd' }, '/etc/passwd'],
  ['a Dockerfile that is a link out', { 'm/D': { link: '../other/Dockerfile' } }, { dockerfile: 'D' }, 'D'],
  ['an ignore file that is a link out', { 'm/.dockerignore': { link: '../other/x' } }, {}, '.dockerignore'],
];
for (const [what, tree, place, path] of OUTSIDE) {
  test(`${what} is refused`, async (t) => {
    const top = folder(t, { 'm/Dockerfile': 'FROM x', 'other/Dockerfile': 'FROM y', 'other/x': '', ...tree });
    const root = join(top, 'm');
    await assert.rejects(contextOf(root, place), refused('outside-root', path, /lies outside/));
  });
}

const LINKS_OUT: readonly (readonly [string, Tree])[] = [
  ['l', { l: { link: '../secret' } }],
  ['l', { l: { link: '/etc/passwd' } }],
  ['l', { l: { link: '../nowhere' } }],
  ['l', { l: { link: '/nowhere' } }],
  ['l', { l: { link: '..' } }],
  // Out and in again: on this disk only.
  ['l', { l: { link: '../ctx/Dockerfile' } }],
  ['sub/l', { 'sub/l': { link: '../../secret' } }],
  ['l', { l: { link: '//' } }],
  // Written, this ends inside; the kernel goes up from where `deep/d` leads.
  ['l', { 'deep/d': { link: '..' }, l: { link: 'deep/d/../../secret' } }],
];
for (const [path, tree] of LINKS_OUT) {
  test(`a link that leaves the context is refused by name: ${JSON.stringify(tree)}`, async (t) => {
    const top = folder(t, { secret: 'x', 'ctx/Dockerfile': 'FROM x' });
    plant(join(top, 'ctx'), tree);
    const place = { context: 'ctx' };
    await assert.rejects(contextOf(top, place), refused('link-out', path, /outside the build context/));
    writeFileSync(join(top, 'ctx/.dockerignore'), path);
    assert.ok(
      !(await listed(top, place)).some((line) => line.startsWith(`${path} `)),
      'an ignored link is nobody’s harm',
    );
  });
}

test('links inside the context are kept as links, also dangling and circular ones', async (t) => {
  const root = folder(t, {
    Dockerfile: 'FROM x',
    'a/b': '',
    dangling: { link: 'a/none/below' },
    loop: { link: 'loop' },
    self: { link: 'a/..' },
  });
  const links = (await listed(root)).filter((line) => line.includes('->'));
  assert.deepEqual(links, ['dangling -> a/none/below', 'loop -> loop', 'self -> a/..']);
});

test('pipes and sockets are refused by name, unless ignored', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', d: null });
  execFileSync('mkfifo', [join(root, 'd/pipe')]);
  await assert.rejects(contextOf(root), refused('not-a-file', 'd/pipe', /named pipe/));
  rmSync(join(root, 'd/pipe'));
  const server = createServer().listen(join(root, 'd/sock'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  await assert.rejects(contextOf(root), refused('not-a-file', 'd/sock', /socket/));
  writeFileSync(join(root, '.dockerignore'), 'd');
  assert.deepEqual(await listed(root), ['.dockerignore', 'Dockerfile']);
});

const noDevices = process.getuid?.() === 0 ? false : 'making a device needs root';
test('devices are refused, in the context and in the place of its files', { skip: noDevices }, async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', d: null });
  for (const device of [
    ['c', '1', '5'],
    ['b', '7', '0'],
  ]) {
    execFileSync('mknod', [join(root, 'd/zero'), ...device]);
    await assert.rejects(contextOf(root), refused('not-a-file', 'd/zero', /is a device/));
    await assert.rejects(contextOf(root, { dockerfile: 'd/zero' }), refused('not-a-file', 'd/zero', /not a regular/));
    rmSync(join(root, 'd/zero'));
  }
  execFileSync('mknod', [join(root, '.dockerignore'), 'c', '1', '5']);
  await assert.rejects(contextOf(root), refused('not-a-file', '.dockerignore', /not a regular/));
});

test('a Dockerfile that is a pipe or a folder is refused instead of waited for', async (t) => {
  const root = folder(t, { folder: null });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  for (const dockerfile of ['pipe', 'folder']) {
    await assert.rejects(contextOf(root, { dockerfile }), refused('not-a-file', dockerfile, /not a regular file/));
  }
});

test('sizes are bounded, and the message says what to do', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', big: 'x'.repeat(100), 'd/a': '', 'd/b': '' });
  const few = { limits: { maxBytes: 1000, maxFiles: 3 } };
  await assert.rejects(contextOf(root, few), refused('too-large', 'd/b', /more than 3 files.*\.dockerignore/));
  const small = { limits: { maxBytes: 50, maxFiles: 30 } };
  await assert.rejects(contextOf(root, small), refused('too-large', 'big', /larger than.*\.dockerignore/));
  writeFileSync(join(root, '.dockerignore'), 'big\nd');
  await contextOf(root, small);
});

test('a huge .dockerignore or Dockerfile is refused', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', '.dockerignore': 'x'.repeat(300_000) });
  await assert.rejects(contextOf(root), refused('too-large', '.dockerignore', /256 KiB/));
  plant(root, { '.dockerignore': '', Dockerfile: '#'.repeat(2 ** 20 + 1) });
  await assert.rejects(contextOf(root), refused('too-large', 'Dockerfile', /1024 KiB/));
});

test('what is not there is said to be missing', async (t) => {
  const root = folder(t, { 'agent/a': '' });
  await assert.rejects(contextOf(root, { context: 'none' }), refused('missing-context', 'none', /not a folder/));
  await assert.rejects(contextOf(root, { context: 'agent/a' }), refused('missing-context', 'agent/a', /not a folder/));
  await assert.rejects(
    contextOf(root, { context: 'agent' }),
    refused('missing-dockerfile', 'Dockerfile', /agent has no Dockerfile/),
  );
});

test('a name that is not UTF-8 is refused rather than sent under another name', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x' });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]), '');
  await assert.rejects(contextOf(root), refused('not-a-file', 'bad\uFFFD', /UTF-8/));
});

test('a folder that may not be read is named', { skip: process.getuid?.() === 0 && 'root may read all' }, async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x', d: null });
  chmodSync(join(root, 'd'), 0);
  await assert.rejects(contextOf(root), refused('unreadable', 'd', /EACCES/));
});

test('an aborted walk stops', async (t) => {
  const root = folder(t, { Dockerfile: 'FROM x' });
  symlinkSync('Dockerfile', join(root, 'l'));
  const { readBuildContext } = await import('../../src/build/build-context.ts');
  const place = { context: '.', dockerfile: 'Dockerfile', base: root, root };
  await assert.rejects(readBuildContext(place, AbortSignal.abort(new Error('enough'))), /enough/);
  assert.equal(signal.aborted, false);
});

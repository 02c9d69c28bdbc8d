import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FolderOwner, folderPrefix, thisProcess } from '../../src/build/folder-owner.ts';
import { withPrivateFolder } from '../../src/build/private-folder.ts';
import { sweepFolders } from '../../src/build/sweep-folders.ts';
import { SystemClock } from '../../src/lib/clock.ts';
import { folder, signal } from './support/tree.ts';

const clock = new SystemClock();
const skip = existsSync('/proc/self/stat') ? false : 'there is no /proc to tell one process from another';
const HOUR_S = 3600;

/** A process that keeps a private folder in `temp`, with a secret in it, until it is killed. Answers with the folder. */
async function keeper(t: TestContext, temp: string): Promise<{ readonly child: ChildProcess; readonly kept: string }> {
  const url = new URL('../../src/build/private-folder.ts', import.meta.url);
  const script = `
    import { withPrivateFolder, writePrivate } from ${JSON.stringify(url.href)};
    await withPrivateFolder(process.argv[1], async (folder) => {
      await writePrivate(folder + '/auth.json', 'token');
      console.log(folder);
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    });`;
  const args = ['--input-type=module', '--eval', script, temp];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, kept: String(line).trim() };
}

test('the folder of a process that was killed is removed, and that of one that lives is not', { skip }, async (t) => {
  const temp = folder(t);
  const [killed, living] = [await keeper(t, temp), await keeper(t, temp)];
  await sweepFolders(temp, { clock }, signal);
  assert.ok(existsSync(join(killed.kept, 'auth.json')) && existsSync(join(living.kept, 'auth.json')));
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  const seen: string[] = [];
  const before = async (left: string): Promise<void> => {
    seen.push(left);
    assert.ok(existsSync(left));
  };
  await sweepFolders(temp, { clock, before }, signal);
  assert.deepEqual(seen, [killed.kept]);
  assert.deepEqual(
    readdirSync(temp).map((name) => join(temp, name)),
    [living.kept],
  );
});

test('a folder in use by this very process is not removed', async (t) => {
  const temp = folder(t);
  await withPrivateFolder(temp, async (used) => {
    await sweepFolders(temp, { clock }, signal);
    assert.ok(existsSync(used));
  });
  assert.deepEqual(readdirSync(temp), []);
});

interface Planted {
  readonly name: string;
  readonly hoursOld?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly kind?: 'folder' | 'file' | 'link';
}

function plantFolder(temp: string, { name, hoursOld = 0, mode = 0o700, uid, kind = 'folder' }: Planted): string {
  const path = join(temp, name);
  if (kind === 'file') writeFileSync(path, '');
  else if (kind === 'link') {
    mkdirSync(join(temp, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(temp, 'elsewhere'), path);
  } else mkdirSync(path);
  if (kind !== 'link') chmodSync(path, mode);
  if (uid !== undefined) chownSync(path, uid, uid);
  const when = Date.now() / 1000 - hoursOld * HOUR_S;
  if (kind !== 'link') utimesSync(path, when, when);
  return path;
}

const ELSEWHERE = '0123456789ab';
/** What lies there -> whether it stays. `me` is the process that sweeps. */
const CASES: readonly (readonly [string, (me: FolderOwner) => Planted, boolean])[] = [
  ['its process has this number and this start', (me) => ({ name: `${folderPrefix(me)}abcDEF` }), true],
  [
    'its number was given to another process',
    (me) => ({ name: `${folderPrefix({ ...me, startTick: '1' })}abcDEF` }),
    false,
  ],
  ['nobody has its number', (me) => ({ name: `${folderPrefix({ ...me, pid: '4999999' })}abcDEF` }), false],
  [
    'of another machine or container',
    (me) => ({ name: `${folderPrefix({ ...me, pid: '4999999', place: ELSEWHERE })}abcDEF` }),
    true,
  ],
  [
    'of another machine or container, older than a day',
    (me) => ({ name: `${folderPrefix({ ...me, place: ELSEWHERE })}abcDEF`, hoursOld: 25 }),
    false,
  ],
  ['its own process’s, older than a day', (me) => ({ name: `${folderPrefix(me)}abcDEF`, hoursOld: 25 }), true],
  ['without an owner in its name', () => ({ name: 'evenkeel-build-abcDEF', hoursOld: 23 }), true],
  ['without an owner in its name, older than a day', () => ({ name: 'evenkeel-build-abcDEF', hoursOld: 25 }), false],
  ['open to others', () => ({ name: 'evenkeel-build-abcDEF', hoursOld: 25, mode: 0o755 }), true],
  ['a file', () => ({ name: 'evenkeel-build-abcDEF', hoursOld: 25, kind: 'file' }), true],
  ['a link', (me) => ({ name: `${folderPrefix({ ...me, startTick: '1' })}abcDEF`, kind: 'link' }), true],
  ['of another name', () => ({ name: 'evenkeel-build-of-mine', hoursOld: 25 }), true],
  ['of another name that begins alike', () => ({ name: 'evenkeel-build-abcDEF.bak', hoursOld: 25 }), true],
];
for (const [what, planted, stays] of CASES) {
  test(`a folder ${what}: ${stays ? 'left' : 'removed'}`, { skip }, async (t) => {
    const me = await thisProcess();
    assert.ok(me !== undefined);
    const temp = folder(t);
    const path = plantFolder(temp, planted(me));
    await sweepFolders(temp, { clock }, signal);
    assert.equal(existsSync(path), stays);
  });
}

test('a folder of another user is left, however old', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, async (t) => {
  const temp = folder(t);
  const path = plantFolder(temp, { name: 'evenkeel-build-abcDEF', hoursOld: 99, uid: 65534 });
  await sweepFolders(temp, { clock }, signal);
  assert.ok(existsSync(path));
});

test('what fails before a folder goes does not keep it; a folder that is not there is nothing to sweep', async (t) => {
  const temp = folder(t);
  const path = plantFolder(temp, { name: 'evenkeel-build-abcDEF', hoursOld: 25 });
  await sweepFolders(temp, { clock, before: () => Promise.reject(new Error('no engine')) }, signal);
  assert.ok(!existsSync(path));
  await sweepFolders(join(temp, 'none'), { clock }, signal);
});

test('an abort ends the sweep before anything more is removed', async (t) => {
  const temp = folder(t);
  const path = plantFolder(temp, { name: 'evenkeel-build-abcDEF', hoursOld: 25 });
  const stop = new AbortController();
  const before = async (): Promise<void> => stop.abort(new Error('enough'));
  await assert.rejects(sweepFolders(temp, { clock, before }, stop.signal), /enough/);
  assert.ok(existsSync(path));
});

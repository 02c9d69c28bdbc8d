import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ChokidarWatcher } from '../../src/source/chokidar-watcher.ts';
import { NodeFileTree } from '../../src/source/node-file-tree.ts';
import { resolveRoot } from '../../src/source/root.ts';

function relink(target: string, link: string): void {
  symlinkSync(target, `${link}.new`);
  renameSync(`${link}.new`, link);
}

/** What is done to a directory with `trees/c1`, `trees/c2` and the link `root` to the first of them. */
const HINTS: readonly (readonly [string, (base: string) => void])[] = [
  ['a file that is written', (base) => writeFileSync(join(base, 'trees/c1/a.yaml'), 'a 2')],
  ['a new file in a directory', (base) => writeFileSync(join(base, 'trees/c1/team/b.yaml'), 'b 1')],
  ['a file that is removed', (base) => rmSync(join(base, 'trees/c1/a.yaml'))],
  ['a rename over a file', (base) => renameSync(join(base, 'trees/c2/a.yaml'), join(base, 'trees/c1/a.yaml'))],
  ['the link to the directory that is swapped', (base) => relink('trees/c2', join(base, 'root'))],
  ['a ..data link that is swapped', (base) => relink('..2', join(base, 'trees/c1/..data'))],
  ['the directory that is removed', (base) => rmSync(join(base, 'trees/c1'), { recursive: true })],
];

for (const [what, act] of HINTS) {
  test(`the watcher gives a hint at ${what}`, { timeout: 5_000 }, async (t) => {
    const base = mkdtempSync(join(tmpdir(), 'evenkeel-watch-'));
    t.after(() => rmSync(base, { recursive: true }));
    for (const commit of ['c1', 'c2']) {
      mkdirSync(join(base, 'trees', commit, 'team'), { recursive: true });
      writeFileSync(join(base, 'trees', commit, 'a.yaml'), 'a 1');
    }
    relink('trees/c1', join(base, 'root'));
    relink('..1', join(base, 'trees/c1/..data'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const root = await resolveRoot(new NodeFileTree(), join(base, 'root'));
    await using _watch = await new ChokidarWatcher().watch(root, { hint: resolve, fault: reject });
    act(base);
    await promise;
  });
}

test('hidden files and directories give no hint', { timeout: 5_000 }, async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'evenkeel-watch-'));
  t.after(() => rmSync(base, { recursive: true }));
  mkdirSync(join(base, '.git'));
  let hints = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const root = await resolveRoot(new NodeFileTree(), base);
  const hint = (): void => {
    hints++;
    resolve();
  };
  await using _watch = await new ChokidarWatcher().watch(root, { hint, fault: reject });
  writeFileSync(join(base, '.git/index'), 'x');
  writeFileSync(join(base, '.a.yaml.swp'), 'x');
  mkdirSync(join(base, 'seen'));
  await promise;
  assert.equal(hints, 1);
});

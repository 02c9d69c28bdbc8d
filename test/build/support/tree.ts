import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type BuildContext, type ContextPlace, readBuildContext } from '../../../src/build/build-context.ts';
import { hashContext } from '../../../src/build/context-hash.ts';
import { HashCache } from '../../../src/build/hash-cache.ts';
import { SystemClock } from '../../../src/lib/clock.ts';

/** Content by path; `{ link }` makes a symbolic link, `{ executable }` an executable file, `null` an empty folder. */
export type Tree = Readonly<
  Record<string, string | null | { readonly link: string } | { readonly executable: string }>
>;

export const signal: AbortSignal = new AbortController().signal;

/** A folder in a temporary place that goes when the test ends. */
export function folder(t: TestContext, tree: Tree = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'evenkeel-context-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  plant(root, tree);
  return root;
}

export function plant(root: string, tree: Tree): void {
  for (const [path, what] of Object.entries(tree)) {
    const full = join(root, path);
    mkdirSync(what === null ? full : dirname(full), { recursive: true });
    if (what === null) continue;
    if (typeof what === 'string') writeFileSync(full, what);
    else if ('link' in what) symlinkSync(what.link, full);
    else {
      writeFileSync(full, what.executable);
      chmodSync(full, 0o755);
    }
  }
}

export async function contextOf(root: string, place: Partial<ContextPlace> = {}): Promise<BuildContext> {
  return await readBuildContext({ context: '.', dockerfile: 'Dockerfile', base: root, root, ...place }, signal);
}

export function freshCache(): HashCache {
  return new HashCache({ maxFiles: 1000, clock: new SystemClock() });
}

export async function hashOfFolder(root: string, cache: HashCache = freshCache()): Promise<string> {
  const context = await contextOf(root);
  return (await hashContext({ context, args: {}, platform: 'linux/amd64' }, cache, signal)).hash;
}

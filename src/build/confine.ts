import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { BuildRefused } from './build-refused.ts';

/** What Docker would fetch or read from standard input instead of from the disk. */
const NETWORK_CONTEXT = /^(-|[a-z][a-z0-9+.-]*:\/\/.*|[^/\s]+@[^/\s]+:.*|github\.com\/.*)$/i;

/** Whether `path` is `root` or lies beneath it. Both absolute and without links. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * The real path of `path`, read from `base` if relative, which must lie under the real path of `root`.
 * Undefined when there is nothing there. Throws BuildRefused `outside-root` or `unreadable`; `what` names the field.
 */
export async function confine(what: string, path: string, base: string, root: string): Promise<string | undefined> {
  const realRoot = await real(root, what);
  if (realRoot === undefined) return undefined;
  const wanted = resolve(base, path);
  // Asked before the disk is: whether something exists outside the root is nothing an author should learn.
  const lexicalRoot = resolve(root);
  if (!isWithin(lexicalRoot, wanted) && !isWithin(realRoot, wanted)) throw outside(what, path, root);
  const found = await real(wanted, what);
  if (found !== undefined && !isWithin(realRoot, found)) throw outside(what, path, root);
  return found;
}

/** Throws BuildRefused `network-context` for what Docker would not take for a folder. */
export function refuseNetworkContext(context: string): void {
  if (!NETWORK_CONTEXT.test(context)) return;
  const shown = context.replace(/\/\/[^/@]*@/, '//***@');
  throw new BuildRefused(
    'network-context',
    shown,
    `build context ${shown} is not a folder: only folders beside the manifest are built, nothing is fetched`,
  );
}

function outside(what: string, path: string, root: string): BuildRefused {
  return new BuildRefused(
    'outside-root',
    path,
    `${what} ${path} lies outside ${root}, where builds may read (EVENKEEL_BUILD_ROOT)`,
  );
}

async function real(path: string, what: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new BuildRefused('unreadable', path, `${what} ${path} cannot be read (${code})`, { cause: thrown });
  }
}

/** `ENOENT` and its like, or `unknown`. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'unknown';
}

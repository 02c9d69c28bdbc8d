import { basename, dirname, join, relative } from 'node:path';
import { type FileTree, inodeOf, plainReason, systemCode } from './file-tree.ts';
import { ReadingFailed, Torn } from './read-failure.ts';

/** Where a directory really is at this moment. Everything of one reading is read beneath `resolved`. */
export interface Root {
  readonly path: string;
  readonly resolved: string;
  readonly inode: string;
  /** The link on the way to it that decides which directory it is, as git-sync makes one. */
  readonly link?: { readonly path: string; readonly parentInode: string; readonly target: string };
  /** Target of the `..data` link inside it, as the kubelet makes one for ConfigMaps and Secrets. */
  readonly dataTarget?: string;
}

/** Kubernetes swaps this link when a mounted ConfigMap changes. */
const DATA_LINK = '..data';

/** Throws `ReadingFailed` when there is no such directory. */
export async function resolveRoot(tree: FileTree, path: string): Promise<Root> {
  try {
    const resolved = await tree.realpath(path);
    const stat = await tree.stat(resolved);
    if (stat.kind !== 'directory') throw new ReadingFailed(`${path} is not a directory`);
    const link = await nearestLink(tree, path);
    const dataTarget = await linkTarget(tree, join(resolved, DATA_LINK));
    const optional = { ...(link === undefined ? {} : { link }), ...(dataTarget === undefined ? {} : { dataTarget }) };
    return { path, resolved, inode: inodeOf(stat), ...optional };
  } catch (thrown) {
    if (systemCode(thrown) === undefined) throw thrown;
    throw new ReadingFailed(`${path}: ${plainReason(thrown)}`, {
      cause: thrown,
      missing: systemCode(thrown) === 'ENOENT',
    });
  }
}

/** Throws `Torn` when `root` leads elsewhere by now: half of what was read may be old and half new. */
export async function verifyRoot(tree: FileTree, root: Root): Promise<void> {
  const now = await resolveRoot(tree, root.path);
  if (now.resolved === root.resolved && now.inode === root.inode && now.dataTarget === root.dataTarget) return;
  throw new Torn(`${root.path} was exchanged while it was being read`);
}

/**
 * Names the place. A directory behind a link is named by the link, because each commit that git-sync delivers is
 * another directory; any other one by its own inode.
 */
export function identityOf(root: Root): string {
  if (root.link === undefined) return root.inode;
  return `${root.link.parentInode}/${relative(dirname(root.link.path), root.path)}`;
}

/** True when `after` is the same place as `before`, not something put in its stead. */
export function isSamePlace(before: Root, after: Root): boolean {
  if (identityOf(before) !== identityOf(after)) return false;
  // Behind a link, another directory is rightly the same place if the link was pointed at it; one that was removed
  // and made again under the same name is not.
  return before.inode === after.inode || before.resolved !== after.resolved;
}

/** What the links say the content is: for git-sync the commit. Undefined for a plain directory. */
export function revisionOf(root: Root): string | undefined {
  const target = root.link?.target ?? root.dataTarget;
  return target === undefined ? undefined : basename(target);
}

async function nearestLink(tree: FileTree, path: string): Promise<Root['link']> {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if ((await tree.lstat(at)).kind !== 'link') continue;
    const parent = await tree.stat(dirname(at));
    return { path: at, parentInode: inodeOf(parent), target: await tree.readlink(at) };
  }
  return undefined;
}

async function linkTarget(tree: FileTree, path: string): Promise<string | undefined> {
  try {
    return await tree.readlink(path);
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === 'ENOENT' || code === 'EINVAL') return undefined;
    throw thrown;
  }
}

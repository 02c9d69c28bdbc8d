import type { Path } from './path.ts';
import type { Span } from './problem.ts';

/** A value of a document that knows where it stands in the text. Aliased values are shared. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: ReadonlyMap<string, { readonly key: Span; readonly value: Located }>;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Located[];
}

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
}

/** Plain data of `node`, strings passed through `replace`. */
export function plainValue(node: Located, replace: ReplaceString, path: Path = []): unknown {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? replace(node.value, path, node) : node.value;
  if (node.kind === 'list') return node.items.map((item, index) => plainValue(item, replace, [...path, index]));
  const entries = [...node.entries].map(([key, entry]) => [key, plainValue(entry.value, replace, [...path, key])]);
  return Object.fromEntries(entries);
}

export type ReplaceString = (text: string, path: Path, node: LocatedScalar) => unknown;

/** Where the value, or the key, at `path` stands; the nearest ancestor where that does not exist. */
export function locate(root: Located, path: Path, what: 'key' | 'value'): Span {
  let node = root;
  let span = path.length === 0 ? beginOf(root) : root.span;
  for (const [index, step] of path.entries()) {
    const entry = node.kind === 'map' && typeof step === 'string' ? node.entries.get(step) : undefined;
    const next = node.kind === 'list' && typeof step === 'number' ? node.items[step] : entry?.value;
    if (next === undefined) return index === 0 ? beginOf(root) : span;
    const last = index === path.length - 1;
    const wantsKey = entry !== undefined && (what === 'key' || !last || next.kind !== 'scalar');
    span = wantsKey ? entry.key : next.kind === 'scalar' ? next.span : beginOf(next);
    node = next;
  }
  return span;
}

/** The value at `path`, if there is one. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const step of path) {
    if (node?.kind === 'map' && typeof step === 'string') node = node.entries.get(step)?.value;
    else if (node?.kind === 'list' && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** Something short to mark for a whole map or list: its first key or first item. */
function beginOf(node: Located): Span {
  if (node.kind === 'scalar') return node.span;
  if (node.kind === 'list') return node.items[0] === undefined ? node.span : beginOf(node.items[0]);
  for (const entry of node.entries.values()) return entry.key;
  return node.span;
}

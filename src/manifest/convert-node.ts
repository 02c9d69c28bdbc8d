import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type ParsedNode, type Scalar } from 'yaml';
import type { Located, LocatedMap } from './located.ts';
import { type Path, printable } from './path.ts';
import type { Problem, Span } from './problem.ts';

export interface Converted {
  readonly root: Located | undefined;
  readonly problems: readonly Problem[];
  /** Set when the document is too big to go on with. */
  readonly exhausted: Problem | undefined;
}

const MAX_ALIASES = 64;
const MAX_DEPTH = 64;
/** Values of one document after aliases are followed. A task definition of 64 KiB cannot hold nearly as many. */
const MAX_VALUES = 5_000;

/** Turns the parser's nodes into located values and refuses what no manifest may hold. */
export function convertNode(contents: ParsedNode | null): Converted {
  const converter = new NodeConverter();
  const root = contents === null || isEmpty(contents) ? undefined : converter.convert(contents, []).value;
  return { root, problems: converter.problems, exhausted: converter.exhausted };
}

function isEmpty(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null && node.source === '' && node.tag === undefined;
}

/** A value with what it costs to walk it, aliases followed. */
interface Weighed {
  readonly value: Located;
  readonly values: number;
  readonly aliases: number;
  readonly depth: number;
}

const NOTHING: Omit<Weighed, 'value'> = { values: 1, aliases: 0, depth: 1 };

class NodeConverter {
  readonly problems: Problem[] = [];
  exhausted: Problem | undefined;
  readonly #anchors = new Map<string, Weighed | 'open'>();

  convert(node: unknown, path: Path): Weighed {
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined && !isAlias(node)) this.#anchors.set(anchor, 'open');
    const weighed = this.#convert(node, path);
    if (anchor !== undefined && !isAlias(node)) this.#anchors.set(anchor, weighed);
    if (weighed.aliases > MAX_ALIASES)
      this.#exhaust(node, `aliases must not be followed more than ${MAX_ALIASES} times`);
    if (weighed.values > MAX_VALUES) this.#exhaust(node, `must not hold more than ${MAX_VALUES} values`);
    if (weighed.depth > MAX_DEPTH) this.#exhaust(node, `nesting must not be deeper than ${MAX_DEPTH} levels`);
    return this.exhausted !== undefined ? { value: nullAt(spanOf(node)), ...NOTHING } : weighed;
  }

  #convert(node: unknown, path: Path): Weighed {
    if (isAlias(node)) return this.#alias(node.source, node);
    if (isMap(node)) return this.#map(node.items, spanOf(node), path);
    if (isSeq(node)) return this.#list(node.items, spanOf(node), path);
    if (isScalar(node)) return { value: this.#scalar(node, path), ...NOTHING };
    return { value: nullAt(spanOf(node)), ...NOTHING };
  }

  #alias(name: string, node: unknown): Weighed {
    const target = this.#anchors.get(name);
    if (target !== undefined && target !== 'open') return { ...target, aliases: target.aliases + 1 };
    // Without its name: a secret that begins with an asterisk reads as an alias.
    const message = target === 'open' ? 'an alias must not hold itself' : 'this alias has no anchor before it';
    this.#refuse(spanOf(node), message);
    return { value: nullAt(spanOf(node)), ...NOTHING };
  }

  #list(items: readonly unknown[], span: Span, path: Path): Weighed {
    const weighed = items.map((item, index) => this.convert(isPair(item) ? null : item, [...path, index]));
    return { value: { kind: 'list', span, items: weighed.map((item) => item.value) }, ...sum(weighed) };
  }

  #map(pairs: readonly unknown[], span: Span, path: Path): Weighed {
    const entries = new Map<string, { key: Span; value: Located }>();
    const weighed: Weighed[] = [];
    for (const pair of pairs) {
      if (!isPair(pair) || !isScalar(pair.key)) {
        this.#refuse(isPair(pair) ? spanOf(pair.key) : span, 'keys must be strings');
        continue;
      }
      const name = typeof pair.key.value === 'string' ? pair.key.value : '';
      const key = spanOf(pair.key);
      const child = this.convert(pair.value, [...path, name]);
      weighed.push(child);
      if (this.#acceptsKey(name, key, path, entries)) entries.set(name, { key, value: placed(child.value, key) });
    }
    return { value: { kind: 'map', span, entries } satisfies LocatedMap, ...sum(weighed) };
  }

  #acceptsKey(name: string, key: Span, path: Path, seen: ReadonlyMap<string, unknown>): boolean {
    if (seen.has(name)) return this.#refuse(key, `key '${printable(name)}' is given twice`, 'keep one of the two');
    if (name === '<<') {
      return this.#refuse(
        key,
        'merge keys (`<<`) are not supported',
        'anchor and alias the single values, or repeat them',
      );
    }
    if (name === '__proto__' || (isPrototypeName(name) && !holdsFreeNames(path))) {
      return this.#refuse(key, `key '${name}' must not be used`);
    }
    return true;
  }

  #scalar(node: Scalar, path: Path): Located {
    const span = spanOf(node);
    const value = node.value;
    if (typeof value === 'number' && !isPlainNumber(node.source ?? '', value)) {
      const help = path.at(-1) === 'account' ? 'quote account ids' : 'write the number plainly, or quote the value';
      this.#refuse(span, 'is not a plain number', help, path);
      return nullAt(span);
    }
    if (typeof value === 'string' && value.includes('\0')) {
      this.#refuse(span, 'must not contain NUL characters', undefined, path);
      return nullAt(span);
    }
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return { kind: 'scalar', span, value };
    }
    this.#refuse(span, 'must be a string, a number, true, false or null', undefined, path);
    return nullAt(span);
  }

  #exhaust(node: unknown, message: string): void {
    this.exhausted ??= { severity: 'error', reason: 'parse', path: [], message, at: spanOf(node) };
  }

  #refuse(at: Span, message: string, help?: string, path: Path = []): false {
    const problem: Problem = { severity: 'error', reason: 'parse', path, message, at };
    this.problems.push(help === undefined ? problem : { ...problem, help });
    return false;
  }
}

/** Under these keys people choose the names themselves. */
const FREE_NAMES: ReadonlySet<unknown> = new Set(['environment', 'secrets', 'args', 'labels', 'annotations', 'tags']);

function holdsFreeNames(path: Path): boolean {
  return FREE_NAMES.has(path.at(-1));
}

function isPrototypeName(name: string): boolean {
  return name === 'constructor' || name === 'prototype';
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Not octal, not padded, not infinite, and not so large that digits were lost. */
function isPlainNumber(source: string, value: number): boolean {
  if (!JSON_NUMBER.test(source) || !Number.isFinite(value) || Object.is(value, -0)) return false;
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

function spanOf(node: unknown): Span {
  const range = (node as Node | null)?.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}

function nullAt(span: Span): Located {
  return { kind: 'scalar', span, value: null };
}

/** A value that is not written at all (`key:`) is marked by its key. */
function placed(value: Located, key: Span): Located {
  const unwritten = value.kind === 'scalar' && value.value === null && value.span.end <= value.span.start;
  return unwritten ? { ...value, span: key } : value;
}

function sum(children: readonly Weighed[]): Omit<Weighed, 'value'> {
  let values = 1;
  let aliases = 0;
  let depth = 0;
  for (const child of children) {
    values += child.values;
    aliases += child.aliases;
    depth = Math.max(depth, child.depth);
  }
  return { values, aliases, depth: depth + 1 };
}

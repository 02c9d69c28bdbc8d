import { nearest } from '../lib/suggest.ts';
import type { Located } from './located.ts';
import type { Path } from './path.ts';
import type { Span } from './problem.ts';
import { isSecretName } from './secret-name.ts';
import type { SourceText } from './source-text.ts';

/** Below these keys stand values that may be secret. */
const SECRET_KEYS: ReadonlySet<unknown> = new Set(['environment', 'secrets', 'args', 'env']);

export function isSecretPath(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && isSecretKey(step));
}

/** One of those keys, one of them misspelt, or one that a slip has joined to what follows it. */
function isSecretKey(name: string): boolean {
  const words = name.slice(0, 200).split(/[^A-Za-z]+/);
  return words.some((word) => SECRET_KEYS.has(word)) || isNearSecretKey(name);
}

function isNearSecretKey(name: string): boolean {
  return name.length <= 16 && nearest(name, ['environment', 'secrets']) !== undefined;
}

/** In the parts that follow the ECS API, where the names of variables and their values stand side by side. */
const FREE_FIELDS: ReadonlySet<unknown> = new Set(['sidecars', 'volumes', 'raw', 'specification']);
const FREE_SECRETS: ReadonlySet<string> = new Set(['value', 'valueFrom']);

/**
 * Parts of the text that must not be shown: values below secret keys, and values of fields nobody knows, for a secret
 * may have slipped there. Keys themselves are shown. `isKnown` tells the fields of the manifest language.
 */
export function secretSpans(root: Located, isKnown: (path: Path) => boolean): readonly Span[] {
  const spans: Span[] = [];
  const visit = (node: Located, path: Path): void => {
    if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    if (node.kind !== 'map') return;
    for (const [name, entry] of node.entries) {
      const here = [...path, name];
      if (isHidden(name, here, isKnown)) spans.push(...hiddenParts(entry.key, entry.value));
      else visit(entry.value, here);
    }
  };
  visit(root, []);
  return spans;
}

function isHidden(name: string, path: Path, isKnown: (path: Path) => boolean): boolean {
  if (isSecretKey(name) || isSecretName(name)) return true;
  return path.some((step) => FREE_FIELDS.has(step)) ? FREE_SECRETS.has(name) : !isKnown(path);
}

/** The span of a secret container, minus its keys. An alias points elsewhere: what it names is hidden there. */
function hiddenParts(key: Span, value: Located): readonly Span[] {
  const keys: Span[] = [];
  const collect = (node: Located): void => {
    if (node.kind === 'list') for (const item of node.items) collect(item);
    if (node.kind !== 'map') return;
    for (const entry of node.entries.values()) {
      keys.push(entry.key);
      collect(entry.value);
    }
  };
  collect(value);
  const end = value.span.start >= key.end ? Math.max(value.span.end, key.end) : key.end;
  const own = { start: Math.min(value.span.start, key.end), end };
  const parts =
    value.span.start >= key.end ? without({ start: key.end, end }, keys) : [value.span, ...without(own, keys)];
  return parts;
}

function without(whole: Span, holes: readonly Span[]): readonly Span[] {
  const parts: Span[] = [];
  let at = whole.start;
  for (const hole of [...holes].sort((a, b) => a.start - b.start)) {
    if (hole.start < at || hole.end > whole.end) continue;
    parts.push({ start: at, end: hole.start });
    at = hole.end;
  }
  parts.push({ start: at, end: whole.end });
  return parts;
}

/**
 * The same without a parsed document. Only lines of known fields and of lists are shown, and none from a secret key on
 * until a line that is not indented more and names one of `fields`. Hides more than needed rather than less.
 */
export function secretSpansByLine(source: SourceText, fields: ReadonlySet<string>): readonly Span[] {
  const spans: Span[] = [];
  let blockIndent: number | undefined;
  for (let line = 1; line <= source.lineCount; line++) {
    const text = source.line(line);
    const start = source.startOf(line);
    const indent = text.length - text.trimStart().length;
    const field = FIELD_LINE.exec(text)?.[1] ?? '';
    if (blockIndent !== undefined && indent <= blockIndent && fields.has(field)) blockIndent = undefined;
    const from = blockIndent === undefined ? hiddenFrom(text, fields.has(field)) : indent;
    if (SECRET_WORD.test(text)) blockIndent ??= indent;
    if (from !== undefined) spans.push({ start: start + from, end: start + text.length });
  }
  return spans;
}

/** Where, in a line outside secret blocks, the part begins that must not be shown. */
function hiddenFrom(text: string, isField: boolean): number | undefined {
  const secret = SECRET_WORD.exec(text);
  if (secret !== null) return secret.index + secret[0].length;
  if (isField || !/[:=]/.test(text)) return undefined;
  return text.length - text.trimStart().length;
}

const FIELD_LINE = /^\s*(?:-\s+)?["']?([A-Za-z]+)["']?\s*:/;
const SECRET_WORD = /(?:environment|secrets|args|env|valueFrom|value)["']?\s*:/;

/** Comments and slips of the pen: a secret key that is not the first thing on its line hides the rest of it. */
export function secretsInLine(source: SourceText, line: number): Span | undefined {
  const text = source.line(line);
  const secret = SECRET_WORD.exec(text);
  if (secret === null || /^\s*(?:-\s+)?["']?$/.test(text.slice(0, secret.index))) return undefined;
  const start = source.startOf(line);
  return { start: start + secret.index + secret[0].length, end: start + text.length };
}

/** One line with its hidden parts replaced by `***`: columns hold up to the first of them. */
export function maskLine(text: string, lineStart: number, hidden: readonly Span[]): string {
  let result = '';
  let at = 0;
  for (const span of hidden) {
    const from = Math.max(at, span.start - lineStart);
    const to = Math.min(text.length, span.end - lineStart);
    if (from >= to) continue;
    const part = text.slice(from, to);
    const secret = part.replace(/^[\s:,{}[\]-]*/, '').replace(/[\s,{}[\]]*$/, '');
    if (secret === '') continue;
    const secretAt = from + part.indexOf(secret, part.length - part.replace(/^[\s:,{}[\]-]*/, '').length);
    result += `${text.slice(at, secretAt)}***`;
    at = secretAt + secret.length;
  }
  return result + text.slice(at);
}

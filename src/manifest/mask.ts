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

/** One of those keys, or one of them misspelt. */
function isSecretKey(name: string): boolean {
  return SECRET_KEYS.has(name) || (name.length <= 16 && nearest(name, ['environment', 'secrets']) !== undefined);
}

/** Parts of the text that must not be shown: all that stands below a secret key, but for the keys themselves. */
export function secretSpans(root: Located): readonly Span[] {
  const spans: Span[] = [];
  const seen = new Set<Located>();
  const visit = (node: Located): void => {
    if (node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') for (const item of node.items) visit(item);
    else {
      for (const [name, entry] of node.entries) {
        if (isSecretKey(name) || isSecretName(name)) spans.push(...hiddenParts(entry.key, entry.value));
        else visit(entry.value);
      }
    }
  };
  visit(root);
  return spans;
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

const SECRET_LINE = /^(\s*(?:-\s+)?["']?(?:environment|secrets|args|env)["']?\s*:)(.*)$/;
const FIELD_LINE = /^\s*(?:-\s+)?["']?([A-Za-z]+)["']?\s*:/;

/**
 * The same without a parsed document: what follows a secret key on its line, and every line below it until one that is
 * not indented more and names one of `fields`. Hides more than needed rather than less.
 */
export function secretSpansByLine(source: SourceText, fields: ReadonlySet<string>): readonly Span[] {
  const spans: Span[] = [];
  let blockIndent: number | undefined;
  for (let line = 1; line <= source.lineCount; line++) {
    const text = source.line(line);
    const start = source.startOf(line);
    const indent = text.length - text.trimStart().length;
    const field = FIELD_LINE.exec(text)?.[1];
    if (blockIndent !== undefined && indent <= blockIndent && field !== undefined && fields.has(field)) {
      blockIndent = undefined;
    }
    const match = blockIndent === undefined ? SECRET_LINE.exec(text) : null;
    if (match !== null) {
      blockIndent = indent;
      spans.push({ start: start + match[1]!.length, end: start + text.length });
    } else if (blockIndent !== undefined) spans.push({ start: start + indent, end: start + text.length });
    else {
      const inline = inlineSecret(text, start);
      if (inline !== undefined) blockIndent = indent;
      if (inline !== undefined) spans.push(inline);
    }
  }
  return spans;
}

const INLINE_SECRET = /["']?\b(?:environment|secrets|args|env)["']?\s*:/;

/** A secret key in the middle of a flow mapping hides the rest of its line. */
function inlineSecret(text: string, start: number): Span | undefined {
  const found = INLINE_SECRET.exec(text);
  return found === null ? undefined : { start: start + found.index + found[0].length, end: start + text.length };
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

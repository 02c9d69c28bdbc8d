import type { Problem } from './problem.ts';

export const MAX_BYTES = 256 * 1024;

export const TOO_LARGE = {
  message: 'a file must not be larger than 256 KiB',
  help: 'spread the manifests over several files',
} as const;

/** What stops a whole file before any parser sees it; undefined when nothing does. Linear in the length of `text`. */
export function textHazards(text: string, file: string): readonly Problem[] | undefined {
  if (exceeds(text, MAX_BYTES)) {
    return [problem(undefined, TOO_LARGE.message, TOO_LARGE.help)];
  }
  if (text === '') return [problem(undefined, 'the file is empty', 'to stop managing its services, delete the file')];
  const hazard = foreignContent(text) ?? badCharacter(text) ?? strictJson(text, file);
  return hazard === undefined ? undefined : [hazard];
}

function problem(at: number | undefined, message: string, help?: string, length = 1): Problem {
  const span = at === undefined ? undefined : { start: at, end: at + length };
  const base: Problem = { severity: 'error', reason: 'parse', path: [], message, at: span };
  return help === undefined ? base : { ...base, help };
}

function exceeds(text: string, bytes: number): boolean {
  return text.length > bytes || (text.length * 3 > bytes && Buffer.byteLength(text) > bytes);
}

/** Content that comes from another tool and only looks like a manifest file. */
function foreignContent(text: string): Problem | undefined {
  const conflict = /^(?:<{7}|>{7}) /m.exec(text);
  if (conflict !== null) {
    return problem(conflict.index, 'unresolved merge conflict', 'resolve it, and remove the markers', 7);
  }
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return problem(0, 'this is a Git LFS pointer, not the file itself', 'run git lfs pull', 7);
  }
  if (text.startsWith('\u0089PNG') || text.startsWith('PK\u0003\u0004') || text.startsWith('\u007fELF')) {
    return problem(0, 'this is a binary file');
  }
  const sops = /\bENC\[AES256_GCM,|^sops:[ \t]*\r?$/m.exec(text);
  if (sops !== null) {
    return problem(
      sops.index,
      'this file is encrypted with SOPS',
      'decrypt it first: sops exec-file, or sops --decrypt',
      4,
    );
  }
  return undefined;
}

/** YAML allows tab, line feed, carriage return, NEL and everything printable. */
const CONTROL = /(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]/u;

function badCharacter(text: string): Problem | undefined {
  const control = CONTROL.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return problem(control.index, `must not contain the control character U+${code}`);
  }
  if (text.isWellFormed()) return undefined;
  return problem(/\p{Surrogate}/u.exec(text)?.index, 'must not contain half of a surrogate pair');
}

/** The parser reads YAML, of which JSON is a part: what a `.json` file must not use of the rest is refused here. */
function strictJson(text: string, file: string): Problem | undefined {
  if (!file.toLowerCase().endsWith('.json')) return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    // The engine's own message quotes the text, and so perhaps a secret.
    return notJson(text, firstNonJson(text));
  }
}

function notJson(text: string, at: number): Problem {
  const rest = text.slice(at, at + 16);
  if (/^(?:\/\/|\/\*|#)/.test(rest)) {
    return problem(at, 'not valid JSON', 'JSON has no comments; name the file .yaml to use them');
  }
  if (/^[}\]]/.test(rest)) return problem(at, 'not valid JSON', 'is there a comma too many before this?');
  if (/^[+-]?(?:Infinity|NaN)/.test(rest)) return problem(at, 'not valid JSON', 'JSON knows finite numbers only');
  if (rest.trim() === '') return problem(at, 'not valid JSON', 'the text ends too early');
  return problem(at, 'not valid JSON');
}

const JSON_TOKEN = /[ \t\r\n]*(?:[{}[\]:,]|"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true\b|false\b|null\b)/y;

/** Offset of the first thing that is no token of JSON, or a bracket after a comma; the end if there is none. */
function firstNonJson(text: string): number {
  let at = 0;
  let before = '';
  for (;;) {
    JSON_TOKEN.lastIndex = at;
    const token = JSON_TOKEN.exec(text)?.[0].trim();
    if (token === undefined) break;
    if (before === ',' && (token === '}' || token === ']')) return JSON_TOKEN.lastIndex - 1;
    before = token;
    at = JSON_TOKEN.lastIndex;
  }
  const gap = text.slice(at).search(/\S/);
  if (gap < 0) return text.length;
  // A string that never ends is an end that comes too early.
  return text[at + gap] === '"' ? text.length : at + gap;
}

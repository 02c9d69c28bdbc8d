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
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

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
  } catch (thrown) {
    return notJson(text, thrown);
  }
}

/** V8's message quotes the text, and so perhaps a secret: only the position is taken from it. */
function notJson(text: string, thrown: unknown): Problem {
  const position = /at position (\d{1,7})/.exec(String(thrown))?.[1];
  const at = position === undefined ? firstNonJson(text) : Number(position);
  const rest = text.slice(at, at + 16);
  if (rest.startsWith('//') || rest.startsWith('/*') || rest.startsWith('#')) {
    return problem(at, 'not valid JSON', 'JSON has no comments; name the file .yaml to use them');
  }
  if (/^\s*[}\]]/.test(rest)) return problem(at, 'not valid JSON', 'is there a comma too many before this?');
  if (/^(?:-?Infinity|NaN|nan)/.test(rest)) return problem(at, 'not valid JSON', 'JSON knows finite numbers only');
  if (at >= text.trimEnd().length) return problem(at, 'not valid JSON', 'the text ends too early');
  return problem(at, 'not valid JSON');
}

function firstNonJson(text: string): number {
  return Math.max(0, text.search(/\S/));
}

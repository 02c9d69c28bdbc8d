import { posix } from 'node:path';
import { BuildRefused } from './build-refused.ts';
import { IgnorePattern, PatternSyntaxError } from './ignore-pattern.ts';

/** More lines than this are a mistake or an attack: every file of the context is compared with every line. */
const MAX_PATTERNS = 1000;

/** Which patterns matched a folder; its children inherit them. */
export type Matched = readonly boolean[];

export interface Verdict {
  readonly ignored: boolean;
  /** For the children of this path. */
  readonly matched: Matched;
}

/**
 * Docker's rules of what stays out of a build context: the last line that matches a path or one of its parents decides.
 * Follows moby's `ignorefile` (reading) and `patternmatcher` (deciding), case-sensitive as on Linux.
 */
export class IgnoreRules {
  readonly #patterns: readonly IgnorePattern[];
  readonly #keepers: readonly IgnorePattern[];

  constructor(patterns: readonly IgnorePattern[]) {
    this.#patterns = patterns;
    this.#keepers = patterns.filter((pattern) => pattern.keeps);
  }

  /** Judges one path (slashes, relative to the context), given what its parent folder matched; undefined at the top. */
  judge(path: string, parent: Matched | undefined): Verdict {
    let ignored = false;
    const matched = this.#patterns.map((pattern, index) => {
      // Every pattern is asked, also one that changes nothing here: it may decide about a child. (moby skips it when it
      // walks, and then disagrees with moby's own answer for a single path.)
      const hit = parent?.[index] === true || pattern.matches(path);
      if (hit) ignored = !pattern.keeps;
      return hit;
    });
    return { ignored, matched };
  }

  /** Whether a path is left out, its parents considered. For one path; a walk uses `judge`. */
  ignores(path: string): boolean {
    let verdict: Verdict | undefined;
    for (const [index, part] of path.split('/').entries()) {
      const soFar = path.split('/').slice(0, index).concat(part).join('/');
      verdict = this.judge(soFar, verdict?.matched);
    }
    return verdict?.ignored ?? false;
  }

  /** Whether an ignored folder may still hold something that a `!` line keeps. */
  mayKeepBeneath(folder: string): boolean {
    return this.#keepers.some((pattern) => pattern.mayMatchBeneath(folder));
  }
}

/** Reads the text of a `.dockerignore`; `path` names it in errors. Throws BuildRefused `bad-ignore-file`. */
export function readIgnoreFile(text: string, path: string): IgnoreRules {
  const patterns: IgnorePattern[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const cleaned = cleanLine(line);
    if (cleaned === undefined) continue;
    if (patterns.length === MAX_PATTERNS) throw tooMany(path);
    try {
      patterns.push(toPattern(cleaned));
    } catch (thrown) {
      if (!(thrown instanceof PatternSyntaxError)) throw thrown;
      throw new BuildRefused('bad-ignore-file', path, `${path}:${index + 1}: the pattern ${thrown.message}`);
    }
  }
  return new IgnoreRules(patterns);
}

function tooMany(path: string): BuildRefused {
  return new BuildRefused('bad-ignore-file', path, `${path} has more than ${MAX_PATTERNS} patterns`);
}

function toPattern(cleaned: string): IgnorePattern {
  const keeps = cleaned.startsWith('!');
  const body = keeps ? cleaned.slice(1) : cleaned;
  if (body === '') throw new PatternSyntaxError('is a ! with nothing behind it');
  return new IgnorePattern(body, keeps);
}

/** As moby's `ignorefile.ReadAll`: comments, white space, `!`, a leading slash. Undefined: the line says nothing. */
function cleanLine(line: string): string | undefined {
  if (line.startsWith('#')) return undefined;
  const pattern = line.trim();
  if (pattern === '') return undefined;
  const keeps = pattern.startsWith('!');
  const body = clean(keeps ? pattern.slice(1).trim() : pattern);
  return keeps ? `!${body}` : body;
}

/** Go's `filepath.Clean`, and the root slash taken off. */
function clean(pattern: string): string {
  if (pattern === '') return '';
  const normal = posix.normalize(pattern);
  const trimmed = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
  return trimmed.length > 1 && trimmed.startsWith('/') ? trimmed.slice(1) : trimmed;
}

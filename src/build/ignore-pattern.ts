/**
 * One step of a compiled pattern. `folders` is a `**` with something behind it; `tree` takes everything: a trailing `**`,
 * and, as moby has it, the `**` of `**suffix`.
 */
type Token =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'class'; readonly has: (char: string) => boolean }
  | { readonly kind: 'star' }
  | { readonly kind: 'tree' }
  | { readonly kind: 'folders' };

/** The pattern cannot be read; Docker would end the build with it. */
export class PatternSyntaxError extends Error {
  override readonly name = 'PatternSyntaxError';
}

/**
 * One line of a `.dockerignore`, matched as moby's `patternmatcher` does (`*` and `?` stop at `/`, `**` does not, `[a-z]`
 * classes, `\` escapes). Not turned into a regular expression: whoever writes the file also names the files it is matched
 * against, and a backtracking matcher could be kept busy for hours with one line. This one takes
 * length of pattern × length of path, always.
 */
export class IgnorePattern {
  readonly source: string;
  /** `!…`: what it matches is kept. */
  readonly keeps: boolean;
  readonly #tokens: readonly Token[];
  /** The whole pattern when it holds nothing special: most do, and comparing text is quicker. */
  readonly #literal: string | undefined;

  /** `cleaned` is the line as `readIgnoreFile` cleans it, without the `!`. Throws PatternSyntaxError. */
  constructor(cleaned: string, keeps: boolean) {
    this.source = cleaned;
    this.keeps = keeps;
    this.#tokens = compile(Array.from(cleaned));
    this.#literal = this.#tokens.every((token) => token.kind === 'char')
      ? this.#tokens.map((token) => token.char).join('')
      : undefined;
  }

  /** Whether the whole of `path` (slashes, no leading one) matches. Parents are the caller's to ask about. */
  matches(path: string): boolean {
    if (this.#literal !== undefined) return path === this.#literal;
    let states = new Set<number>();
    this.#enter(0, states);
    for (const char of path) {
      const next = new Set<number>();
      for (const state of states) this.#step(state, char, next);
      if (next.size === 0) return false;
      states = next;
    }
    return states.has(this.#tokens.length);
  }

  /** Whether something beneath the folder could match; may say yes in vain, never no in vain. */
  mayMatchBeneath(folder: string): boolean {
    const own = this.source.split('/');
    const parts = folder.split('/');
    for (const [index, part] of parts.entries()) {
      const pattern = own[index];
      if (pattern === undefined) return true;
      if (pattern.includes('**')) return true;
      if (!/[*?[\\]/.test(pattern) && pattern !== part) return false;
    }
    return true;
  }

  #step(state: number, char: string, next: Set<number>): void {
    const token = this.#tokens[state];
    switch (token?.kind) {
      case undefined:
        return;
      case 'char':
        if (token.char === char) this.#enter(state + 1, next);
        return;
      case 'class':
        if (token.has(char)) this.#enter(state + 1, next);
        return;
      case 'star':
        if (char !== '/') this.#enter(state, next);
        return;
      case 'tree':
        this.#enter(state, next);
        return;
      case 'folders':
        next.add(state);
        if (char === '/') this.#enter(state + 1, next);
        return;
    }
  }

  /** Adds a state and those reached from it without a character. */
  #enter(from: number, states: Set<number>): void {
    for (let state = from; ; state++) {
      states.add(state);
      const kind = this.#tokens[state]?.kind;
      if (kind !== 'star' && kind !== 'tree' && kind !== 'folders') return;
    }
  }
}

function compile(chars: readonly string[]): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < chars.length) {
    const char = chars[at]!;
    at++;
    if (char === '*' && chars[at] === '*') {
      at++;
      const anySuffix =
        tokens.length === 0 && chars[at] !== '/' && !chars.slice(at).some((next) => '*?[\\'.includes(next));
      if (chars[at] === '/') at++;
      tokens.push({ kind: at < chars.length && !anySuffix ? 'folders' : 'tree' });
    } else if (char === '*') tokens.push({ kind: 'star' });
    else if (char === '?') tokens.push({ kind: 'class', has: (other) => other !== '/' });
    else if (char === '[') {
      const { has, end } = readClass(chars, at);
      tokens.push({ kind: 'class', has });
      at = end;
    } else if (char === '\\') {
      if (at >= chars.length) throw new PatternSyntaxError('ends with a backslash that escapes nothing');
      tokens.push({ kind: 'char', char: chars[at]! });
      at++;
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

/** `[a-z]`, `[^a-z]`, with `\` escapes, from behind the bracket. As Go's `filepath.Match`, an empty class is an error. */
function readClass(
  chars: readonly string[],
  start: number,
): { readonly has: (char: string) => boolean; readonly end: number } {
  let at = start;
  const negated = chars[at] === '^';
  if (negated) at++;
  const ranges: (readonly [string, string])[] = [];
  const one = (): string => {
    if (chars[at] === '\\') at++;
    const char = chars[at];
    if (char === undefined) throw new PatternSyntaxError('has a [ that is never closed');
    at++;
    return char;
  };
  while (chars[at] !== ']' || ranges.length === 0) {
    if (chars[at] === ']' || chars[at] === '-') throw new PatternSyntaxError('has an empty or broken [class]');
    const low = one();
    let high = low;
    if (chars[at] === '-') {
      at++;
      high = one();
    }
    ranges.push([low, high]);
  }
  const within = (char: string): boolean => ranges.some(([low, high]) => low <= char && char <= high);
  return { has: (char) => within(char) !== negated, end: at + 1 };
}

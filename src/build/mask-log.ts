const MASK = '***';
const SECRET_NAME = /passw(or)?d|pwd|secret|token|api.?key|private|credential|access.?key|auth|dsn|signing|cert/i;

/** What looks like a secret whoever wrote it. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // Access key ids, as the IAM User Guide lists their prefixes.
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, MASK],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/(:\/\/)[^/\s:@]+:[^/\s@]+@/g, `$1${MASK}@`],
  [/\b(ghp_|github_pat_|sk-|xox[a-z]-)[A-Za-z0-9_-]{10,}/g, MASK],
  [/\b((?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*)[^\s,;&"']+/gi, `$1${MASK}`],
];

/** Whether a build argument looks as if it held a secret, by its name or by its value. Worth a warning: images show it. */
export function looksSecret(name: string, value: string): boolean {
  if (SECRET_NAME.test(name)) return true;
  if (SECRET_TEXT.some(([pattern]) => value.search(pattern) >= 0)) return true;
  return value.split(/[\s./:_,@-]/).some((run) => run.length >= 20 && /\d/.test(run) && /[A-Za-z]/.test(run));
}

/** A function that takes the given secrets, and what looks like one, out of a line of an engine's output. */
export function lineMask(secrets: readonly string[]): (line: string) => string {
  // The longest first: one secret may hold another.
  const known = secrets.filter((secret) => secret.length >= 3).sort((a, b) => b.length - a.length);
  return (line) => {
    const plain = known.reduce((text, secret) => text.replaceAll(secret, MASK), line);
    return SECRET_TEXT.reduce((text, [pattern, mask]) => text.replace(pattern, mask), plain);
  };
}

/** The values among build arguments that must not be seen in a log. */
export function secretValues(args: Readonly<Record<string, string>>): string[] {
  return Object.entries(args).flatMap(([name, value]) => (looksSecret(name, value) ? [value] : []));
}

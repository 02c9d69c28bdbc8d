import type { JsonValue } from '../lib/json.ts';

/** Parts of names that say "this is a secret". */
const SECRET_WORDS: readonly string[] = [
  'password',
  'passwd',
  'pwd',
  'secret',
  'token',
  'apikey',
  'api_key',
  'credential',
  'private',
  'access_key',
  'accesskey',
  'auth',
  'dsn',
  'connection_string',
  'signing',
  'cert',
];
/** Beginnings that well-known kinds of secrets have. */
const SECRET_PREFIXES: readonly string[] = ['AKIA', 'ASIA', 'ghp_', 'github_pat_', 'sk-', 'xox', 'eyJ', '-----BEGIN'];
/** A value this long with letters and digits and no space is shown only if its name is beyond doubt; see `isPlain`. */
const LONG_VALUE = 20;

/**
 * True for a plain environment value that may be shown in a plan. Everything that could be a secret is not: by its name,
 * by its beginning, by carrying a password in a URL, or by being long and dense. When in doubt it is not shown.
 */
export function mayShow(name: string, value: string): boolean {
  const lowerName = name.toLowerCase();
  if (SECRET_WORDS.some((word) => lowerName.includes(word))) return false;
  if (SECRET_PREFIXES.some((prefix) => value.startsWith(prefix))) return false;
  const schemeEnd = value.indexOf('://');
  if (schemeEnd >= 0 && value.includes('@', schemeEnd)) return false;
  return value.length < LONG_VALUE || isPlain(value);
}

/** Words, host names, paths, model ids: made of short runs. A dense run of 16 characters with digits and letters is not. */
function isPlain(value: string): boolean {
  return value.split(/[\s./:_,@-]/).every((run) => run.length < 16 || !(/\d/.test(run) && /[A-Za-z]/.test(run)));
}

const BEFORE = '*** (before)';
const AFTER = '*** (after)';
const MASK = '***';

/** Both sides of a difference in a value that must not be shown. */
export function maskPair(
  desired: JsonValue | undefined,
  live: JsonValue | undefined,
): { readonly desired: JsonValue | undefined; readonly live: JsonValue | undefined } {
  if (desired === undefined) return { desired, live: MASK };
  if (live === undefined) return { desired: MASK, live };
  return { desired: AFTER, live: BEFORE };
}

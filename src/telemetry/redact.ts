const MASK = '[redacted]';
const MAX_DEPTH = 6;

/** Members whose value is never shown, whatever it is. */
const SECRET_NAME =
  /^(env|environment|secrets?|authorization|cookie)$|passw(or)?d|secret.?(access)?.?key|api.?key|private.?key|token$|bearer|credentials?$/i;

/** What looks like a secret inside a text, such as an error message that quotes the request. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // Access key ids, as the IAM User Guide lists their prefixes.
  [/\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g, MASK],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/gi, `$1 ${MASK}`],
  [/(:\/\/)[^/\s:@]+:[^/\s@]+@/g, `$1${MASK}@`],
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"]+/gi, `$1${MASK}`],
  [/\b((?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*)[^\s,;&"']+/gi, `$1${MASK}`],
];

/** A copy fit to be logged: no secrets by name or by look, errors as plain objects, bounded depth. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return redactError(value, depth);
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, SECRET_NAME.test(name) ? MASK : redact(member, depth + 1)]),
  );
}

/** Masks what looks like a secret within a text. */
export function redactText(text: string): string {
  return SECRET_TEXT.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text);
}

function redactError(error: Error, depth: number): unknown {
  const { name, message, stack, cause, ...rest } = error;
  const shown = redact({ ...rest }, depth + 1);
  return {
    type: name,
    message: redactText(message),
    ...(typeof shown === 'object' ? shown : {}),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}

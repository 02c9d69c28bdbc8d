import { isSecretPath } from './mask.ts';
import { type Path, printable } from './path.ts';

/** A value as an error message may show it. */
export type ValueShown = (path: Path, value: unknown) => string;

/** How the showing of a value that came from a variable begins. */
export const FILLED_IN = 'the value of';

/**
 * Shows values in messages: strings quoted, cut and made printable; nothing that may be a secret, which is everything
 * under `environment`, `secrets` and build arguments, and everything that came from a variable.
 */
export function valueShown(
  filledIn: ReadonlyMap<string, readonly string[]>,
  keyOf: (path: Path) => string,
): ValueShown {
  return (path, value) => {
    const variables = filledIn.get(keyOf(path));
    if (variables !== undefined) return `${FILLED_IN} ${variables.map((name) => `\${${name}}`).join(', ')}`;
    if (value === null || value === undefined) return 'nothing';
    if (Array.isArray(value)) return 'a list';
    if (typeof value === 'object') return 'a mapping';
    if (isSecretPath(path)) return `a ${typeof value}`;
    if (typeof value === 'string' && /[\r\n]/.test(value)) return 'a string of several lines';
    if (typeof value === 'string') return `string "${printable(value)}"`;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
  };
}

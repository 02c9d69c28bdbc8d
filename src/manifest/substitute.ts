import { nearest } from '../lib/suggest.ts';
import { printable } from './path.ts';

/** What became of one string. */
export type Substituted =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Names of the variables whose values, or defaults, went in. */
      readonly names: readonly string[];
      /** True when the string was one reference and nothing else. */
      readonly whole: boolean;
    }
  | { readonly kind: 'failed'; readonly failures: readonly SubstitutionFailure[] };

export interface SubstitutionFailure {
  /** 0 for the first `${` of the string, 1 for the second. */
  readonly ordinal: number;
  /** Length of the name to mark; 0 where there is none. */
  readonly length: number;
  readonly message: string;
  readonly help: string;
}

export type Variables = Readonly<Record<string, string>>;

/** Looking further would cost time and tell nothing new. */
const MAX_FAILURES = 10;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * Replaces `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$` (a dollar sign). Any other `$` stands for itself.
 * As in a shell, the forms with a colon treat an empty value as unset. What is filled in is not looked at again.
 */
export function substitute(text: string, variables: Variables): Substituted {
  const failures: SubstitutionFailure[] = [];
  const names: string[] = [];
  let result = '';
  let at = 0;
  let ordinal = 0;
  let whole = false;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    result += text.slice(at, dollar);
    const next = text[dollar + 1];
    at = dollar + (next === '$' ? 2 : 1);
    if (next !== '{') {
      result += '$';
      continue;
    }
    const reference = readReference(text, dollar);
    at = reference.end;
    whole = dollar === 0 && at === text.length;
    const value = resolve(reference, variables);
    if (typeof value === 'string') result += value;
    else failures.push({ ordinal, ...value });
    if (reference.kind === 'reference') names.push(reference.name);
    ordinal++;
    if (failures.length === MAX_FAILURES) break;
  }
  if (failures.length > 0) return { kind: 'failed', failures };
  return { kind: 'text', text: result + text.slice(at), names, whole };
}

/** Offset in `source` of the `${` with this ordinal, `$$` skipped; undefined if there are not so many. */
export function referenceOffset(source: string, ordinal: number): number | undefined {
  let seen = 0;
  for (let at = source.indexOf('$'); at >= 0; at = source.indexOf('$', at)) {
    const next = source[at + 1];
    if (next === '{' && seen++ === ordinal) return at;
    at += next === '$' || next === '{' ? 2 : 1;
  }
  return undefined;
}

type Reference =
  | {
      readonly kind: 'reference';
      readonly name: string;
      readonly operator: '' | ':-' | ':?';
      readonly operand: string;
      readonly end: number;
    }
  | { readonly kind: 'malformed'; readonly end: number };

function readReference(text: string, dollar: number): Reference {
  NAME.lastIndex = dollar + 2;
  const name = NAME.exec(text)?.[0];
  const close = text.indexOf('}', dollar);
  const end = close < 0 ? text.length : close + 1;
  if (name === undefined || close < 0) return { kind: 'malformed', end };
  const rest = text.slice(dollar + 2 + name.length, close);
  if (rest === '') return { kind: 'reference', name, operator: '', operand: '', end };
  const operator = rest.slice(0, 2);
  const operand = rest.slice(2);
  if ((operator !== ':-' && operator !== ':?') || operand.includes('${')) return { kind: 'malformed', end };
  return { kind: 'reference', name, operator, operand, end };
}

function resolve(reference: Reference, variables: Variables): string | Omit<SubstitutionFailure, 'ordinal'> {
  if (reference.kind === 'malformed') {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax itself is meant
    const message = 'is not one of ${NAME}, ${NAME:-default} and ${NAME:?message}';
    return { length: 0, message, help: 'write $${ where ${ itself is meant' };
  }
  const { name, operator, operand } = reference;
  const value = Object.hasOwn(variables, name) ? variables[name]! : undefined;
  if (operator === '' && value !== undefined) return value;
  if (operator !== '' && value !== undefined && value !== '') return value;
  if (operator === ':-') return operand;
  const state = value === undefined ? 'is not set' : 'is empty';
  const why = operand === '' ? '' : `: ${printable(operand, 200)}`;
  return { length: name.length, message: `variable ${name} ${state}${why}`, help: knownNames(name, variables) };
}

function knownNames(name: string, variables: Variables): string {
  const known = Object.keys(variables).sort();
  const meant = nearest(name, known.slice(0, 1000));
  const hint = meant === undefined ? '' : `did you mean ${meant}? `;
  const list = known.length === 0 ? 'none' : known.slice(0, 12).join(', ') + (known.length > 12 ? ', …' : '');
  return `${hint}known here: ${list}. Give a default: \${${name}:-…}`;
}

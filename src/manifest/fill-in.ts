import type { JsonObject } from '../lib/json.ts';
import { type Located, type LocatedScalar, plainValue } from './located.ts';
import { formatPath, type Path } from './path.ts';
import type { Problem } from './problem.ts';
import { schemaAt } from './schema-walk.ts';
import { referenceOffset, substitute, type Variables } from './substitute.ts';

export interface FilledIn {
  /** Plain data; strings that could not be filled in stand as they were. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Variables by the formatted path of the value they went into. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

/** A document with more is not looked at further: it is invalid already. */
const MAX_PROBLEMS = 100;

/** Substitutes variables in the string values of a document. Keys are left as they are. */
export function fillIn(root: Located, text: string, variables: Variables, schema: JsonObject): FilledIn {
  const problems: Problem[] = [];
  const used = new Map<string, readonly string[]>();
  const replace = (value: string, path: Path, node: LocatedScalar): unknown => {
    if (!value.includes('$') || problems.length >= MAX_PROBLEMS) return value;
    const result = substitute(value, variables);
    if (result.kind === 'failed') {
      const source = text.slice(node.span.start, node.span.end);
      for (const failure of result.failures) {
        const { message, help } = failure;
        const at = markOf(node, referenceOffset(source, failure.ordinal), failure.length);
        problems.push({ severity: 'error', reason: 'substitution', path, message, help, at });
      }
      return value;
    }
    if (result.names.length > 0) used.set(formatPath(path), result.names);
    return result.whole ? converted(result.text, schemaAt(schema, path)) : result.text;
  };
  return { value: plainValue(root, replace), problems, variables: used };
}

/** The name in `${NAME…}`, or the `${` where there is no name; the whole scalar where it cannot be found. */
function markOf(node: LocatedScalar, offset: number | undefined, length: number): { start: number; end: number } {
  if (offset === undefined) return node.span;
  const start = node.span.start + offset;
  return length === 0 ? { start, end: start + 2 } : { start: start + 2, end: start + 2 + length };
}

/** Where the schema wants a number or a boolean, a lone variable may give one. */
function converted(text: string, schema: JsonObject | undefined): unknown {
  const type = schema?.['type'];
  if ((type === 'integer' || type === 'number') && /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

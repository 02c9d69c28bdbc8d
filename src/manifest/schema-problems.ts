import type { ErrorObject } from 'ajv';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import { nearest } from '../lib/suggest.ts';
import { formatPath, type Path, printable } from './path.ts';
import { placesOf } from './schema-walk.ts';
import { FILLED_IN, type ValueShown } from './shown-value.ts';
import { type Form, SCHEMAS } from './validate.ts';
import { nearestNumbers } from './wording.ts';

/** One thing wrong with a document, and where to point: at a key or at a value. */
export interface Finding {
  readonly path: Path;
  readonly mark: 'key' | 'value';
  readonly message: string;
  readonly help?: string;
  /** Paths whose values cannot be relied on because of this. */
  readonly taints: readonly Path[];
}

/** ajv's errors in words: one for each thing that is wrong, noise of alternatives left out, misspelt fields joined. */
export function schemaFindings(form: Form, errors: readonly ErrorObject[], shown: ValueShown): readonly Finding[] {
  const relevant = errors
    .filter((error) => error.propertyName === undefined && !isAlternative(error))
    .slice(0, MAX_ERRORS);
  const unknown = relevant.filter((error) => error.keyword === 'additionalProperties');
  const misspelt = unknown.map((error) => unknownField(form, error, missingBeside(error, relevant)));
  const meant = new Set(misspelt.map((finding) => finding.meant));
  const others = mostTelling(relevant).filter((error) => !isExplained(error, meant));
  return [...misspelt.map(({ finding }) => finding), ...others.map((error) => otherFinding(error, shown))];
}

/** Words are costly, and nobody reads more. */
const MAX_ERRORS = 300;

/** One branch of a `oneOf`: the error of the whole says it better. */
function isAlternative(error: ErrorObject): boolean {
  return error.keyword === 'required' && /\/oneOf\/\d+\/required$/.test(error.schemaPath);
}

function pathOf(error: ErrorObject): Path {
  const steps = error.instancePath.split('/').slice(1);
  return steps.map((step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^(0|[1-9]\d*)$/.test(name) ? Number(name) : name;
  });
}

/** Required fields that the map with the unknown field lacks. */
function missingBeside(unknown: ErrorObject, errors: readonly ErrorObject[]): readonly string[] {
  return errors
    .filter((error) => error.keyword === 'required' && error.instancePath === unknown.instancePath)
    .map((error) => String(error.params['missingProperty']));
}

interface Misspelt {
  readonly finding: Finding;
  /** JSON pointer of the field that was meant, if one can be guessed. */
  readonly meant: string | undefined;
}

function unknownField(form: Form, error: ErrorObject, missing: readonly string[]): Misspelt {
  const name = String(error.params['additionalProperty']);
  const parent = pathOf(error);
  const known = Object.keys((error.parentSchema as JsonObject)['properties'] ?? {});
  const meant = name.length > 64 ? undefined : (sameWord(name, known) ?? nearest(name, known));
  const shownName = printable(name);
  const path = [...parent, name];
  const message = `unknown field '${shownName}'`;
  if (meant === undefined) {
    const help = elsewhere(form, name) ?? fieldList(known);
    return { finding: { path, mark: 'key', message, help, taints: [path] }, meant: undefined };
  }
  const needed = missing.includes(meant) ? `  (\`${meant}\` is required)` : '';
  const help = `did you mean '${meant}'?${needed}`;
  const finding: Finding = { path, mark: 'key', message, help, taints: [path, [...parent, meant]] };
  return { finding, meant: `${error.instancePath}/${meant}` };
}

/** `desired_count` for `desiredCount`, `securitygroups` for `securityGroups`. */
function sameWord(name: string, known: readonly string[]): string | undefined {
  const bare = (word: string): string => word.replace(/[_-]/g, '').toLowerCase();
  return known.find((option) => bare(option) === bare(name));
}

function elsewhere(form: Form, name: string): string | undefined {
  const place = name.length > 64 ? undefined : placesOf(SCHEMAS[form], name)[0];
  return place === undefined
    ? undefined
    : `\`${name}\` belongs in \`${formatPath(place.slice(0, -1)) || 'the document'}\``;
}

function fieldList(known: readonly string[]): string {
  return known.length > 12 ? `known here: ${known.slice(0, 12).join(', ')}, …` : `known here: ${known.join(', ')}`;
}

/** True for a missing field that a misspelt one beside it stands for. */
function isExplained(error: ErrorObject, meant: ReadonlySet<string | undefined>): boolean {
  if (error.keyword === 'required')
    return meant.has(`${error.instancePath}/${String(error.params['missingProperty'])}`);
  if (error.keyword !== 'oneOf' || error.params['passingSchemas'] !== null) return false;
  return alternatives(error).some((field) => meant.has(`${error.instancePath}/${field}`));
}

const TELLING = ['type', 'const', 'enum', 'minLength', 'maxLength', 'pattern'];

/** Of several errors about one scalar, the one that says most. */
function mostTelling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const best = new Map<string, ErrorObject>();
  const rest: ErrorObject[] = [];
  for (const error of errors) {
    if (error.keyword === 'additionalProperties') continue;
    const rank = TELLING.indexOf(error.keyword);
    if (rank < 0) {
      rest.push(error);
      continue;
    }
    const before = best.get(error.instancePath);
    if (before === undefined || rank < TELLING.indexOf(before.keyword)) best.set(error.instancePath, error);
  }
  return [...best.values(), ...rest.filter((error) => !best.has(error.instancePath) || error.keyword === 'required')];
}

function alternatives(error: ErrorObject): readonly string[] {
  const options = (error.parentSchema as JsonObject)['oneOf'];
  if (!Array.isArray(options)) return [];
  return options.flatMap((option: JsonObject) =>
    Array.isArray(option['required']) ? option['required'].map(String) : [],
  );
}

function otherFinding(error: ErrorObject, shown: ValueShown): Finding {
  const path = pathOf(error);
  switch (error.keyword) {
    case 'required': {
      const field = String(error.params['missingProperty']);
      const message = `missing required field '${field}'`;
      return { path, mark: 'key', message, ...helpOf(describe(error, field)), taints: [[...path, field]] };
    }
    case 'oneOf': {
      const list = alternatives(error).map((field) => `\`${field}\``);
      const names = `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
      const message =
        error.params['passingSchemas'] === null ? `must have one of ${names}` : `must have only one of ${names}`;
      return { path, mark: 'key', message, taints: [path] };
    }
    case 'propertyNames': {
      const name = String(error.params['propertyName']);
      const message = name === '' ? 'names must not be empty' : 'this name is too long';
      return { path: [...path, name], mark: 'key', message, taints: [[...path, name]] };
    }
    default:
      return { path, mark: 'value', ...scalarWords(error, path, shown), taints: [path] };
  }
}

function describe(error: ErrorObject, field: string): string | undefined {
  const properties = (error.parentSchema as JsonObject)['properties'];
  const member = isJsonObject(properties) ? properties[field] : undefined;
  const description = isJsonObject(member) ? member['description'] : undefined;
  return typeof description === 'string' ? description : undefined;
}

function helpOf(help: string | undefined): { readonly help?: string } {
  return help === undefined ? {} : { help };
}

function scalarWords(error: ErrorObject, path: Path, shown: ValueShown): { message: string; help?: string } {
  const limit = String(error.params['limit']);
  switch (error.keyword) {
    case 'type':
      return typeWords(error, path, shown);
    case 'const':
      return { message: `must be '${String(error.params['allowedValue'])}', got ${shown(path, error.data)}` };
    case 'enum':
      return enumWords(error, path, shown);
    case 'pattern': {
      const message = (error.parentSchema as JsonObject)['patternErrorMessage'];
      const wanted = typeof message === 'string' ? message : 'is not in the right form';
      return { message: `${wanted}, got ${shown(path, error.data)}` };
    }
    case 'minLength':
      return { message: limit === '1' ? 'must not be empty' : `must have at least ${limit} characters` };
    case 'maxLength':
      return { message: `must not have more than ${limit} characters` };
    case 'minItems':
      return { message: limit === '1' ? 'must not be empty' : `must have at least ${limit} items` };
    case 'maxItems':
      return { message: `must not have more than ${limit} items` };
    case 'minProperties':
      return { message: 'must not be empty' };
    case 'minimum':
      return { message: `must be greater than or equal to ${limit}, got ${shown(path, error.data)}` };
    case 'exclusiveMinimum':
      return { message: `must be greater than ${limit}, got ${shown(path, error.data)}` };
    case 'maximum':
      return { message: `must be less than or equal to ${limit}, got ${shown(path, error.data)}` };
    default:
      return { message: error.message ?? 'is not valid' };
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = { object: 'mapping', array: 'list' };

function typeWords(error: ErrorObject, path: Path, shown: ValueShown): { message: string; help?: string } {
  const wanted = String([error.params['type']].flat()[0]);
  const got = shown(path, error.data);
  const message = `must be ${TYPE_NAMES[wanted] ?? wanted}, got ${got}`;
  if (got.startsWith(FILLED_IN)) return { message };
  const wasWritten = typeof error.data === 'number' || typeof error.data === 'boolean' || error.data === null;
  if (wanted === 'string' && path.at(-1) === 'account') return { message, help: 'quote account ids' };
  if (wanted === 'string' && wasWritten) return { message, help: 'quote it' };
  if (wanted === 'array' && !isJsonObject(error.data)) return { message, help: 'write it as a list: [ … ]' };
  if ((wanted === 'integer' || wanted === 'number') && isNumeral(error.data))
    return { message, help: 'remove the quotes' };
  if (wanted === 'boolean' && typeof error.data === 'string') return { message, help: 'write true or false' };
  return { message };
}

function isNumeral(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value);
}

function enumWords(error: ErrorObject, path: Path, shown: ValueShown): { message: string; help?: string } {
  const allowed = error.params['allowedValues'] as readonly (string | number)[];
  const message = `must be one of ${allowed.join(', ')}; got ${shown(path, error.data)}`;
  if (typeof error.data === 'number')
    return { message, help: `nearest: ${nearestNumbers(error.data, allowed.map(Number)).join(' or ')}` };
  const meant =
    typeof error.data === 'string' && error.data.length <= 64 ? nearest(error.data, allowed.map(String)) : undefined;
  return meant === undefined ? { message } : { message, help: `did you mean '${meant}'?` };
}

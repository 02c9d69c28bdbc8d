import { isJsonObject, type JsonObject } from '../lib/json.ts';
import type { Path } from './path.ts';

/** The part of `schema` that describes the value at `path`; undefined where the schema lets anything stand. */
export function schemaAt(schema: JsonObject, path: Path): JsonObject | undefined {
  let here: JsonObject | undefined = schema;
  for (const step of path) {
    if (here === undefined) return undefined;
    here = child(schema, dereference(schema, here), step);
  }
  return here === undefined ? undefined : dereference(schema, here);
}

/** Names of the fields a map at `path` may have. */
export function fieldsAt(schema: JsonObject, path: Path): readonly string[] {
  const properties = schemaAt(schema, path)?.['properties'];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** Names of all fields the schema knows anywhere. */
export function allFields(schema: JsonObject): readonly string[] {
  const own = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const members = Object.values(schema).filter(isJsonObject);
  return [...own, ...members.flatMap(allFields)];
}

/** Every place, lists left out, where the schema knows a field of this name. */
export function placesOf(schema: JsonObject, field: string): readonly Path[] {
  const places: Path[] = [];
  const visit = (node: JsonObject, path: Path): void => {
    const properties = dereference(schema, node)['properties'];
    if (!isJsonObject(properties)) return;
    if (Object.hasOwn(properties, field)) places.push([...path, field]);
    for (const [name, member] of Object.entries(properties)) if (isJsonObject(member)) visit(member, [...path, name]);
  };
  visit(schema, []);
  return places;
}

function child(root: JsonObject, node: JsonObject, step: string | number): JsonObject | undefined {
  if (typeof step === 'number') return isJsonObject(node['items']) ? node['items'] : undefined;
  const properties = node['properties'];
  if (isJsonObject(properties) && Object.hasOwn(properties, step)) {
    const member = properties[step];
    return isJsonObject(member) ? dereference(root, member) : undefined;
  }
  return isJsonObject(node['additionalProperties']) ? node['additionalProperties'] : undefined;
}

function dereference(root: JsonObject, node: JsonObject): JsonObject {
  const reference = node['$ref'];
  if (typeof reference !== 'string') return node;
  const definitions = root['definitions'];
  const target = isJsonObject(definitions) ? definitions[reference.slice('#/definitions/'.length)] : undefined;
  return isJsonObject(target) ? target : node;
}

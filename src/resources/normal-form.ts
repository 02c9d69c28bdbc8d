import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../lib/json.ts';

/**
 * Leaves out what ECS treats alike: `undefined`, `null`, `""`, `[]` and `{}` all mean "not given". Elements of lists are
 * kept, so that `command: ["sh", "-c", ""]` stays as it is; string maps keep their empty values.
 */
export function compact(value: unknown): JsonValue | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => compactItem(item));
  if (value instanceof Date) return value.toISOString();
  if (!isJsonObject(value)) return value as JsonValue;
  const entries = Object.entries(value)
    .map(([key, member]) => [key, compact(member)] as const)
    .filter(([, member]) => member !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as JsonObject);
}

function compactItem(item: unknown): JsonValue {
  return typeof item === 'string' ? item : (compact(item) ?? {});
}

/** Sorted by the text of one member, then by the whole item. */
export function sortedBy<Item>(items: readonly Item[], text: (item: Item) => string): readonly Item[] {
  const keyed = items.map((item) => ({ item, key: text(item) }));
  keyed.sort((a, b) => (a.key === b.key ? order(canonicalJson(a.item), canonicalJson(b.item)) : order(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A list whose order means nothing, without doubles. */
export function asSet(items: readonly string[] | undefined): readonly string[] {
  return [...new Set(items ?? [])].sort();
}

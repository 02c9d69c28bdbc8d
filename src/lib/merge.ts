import { isJsonObject } from './json.ts';

/** Keys that could reach a prototype; never copied. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * `over` laid on `base`: objects are merged member by member, lists of things with a `name` item by item, anything else
 * is replaced, `null` removes. Neither argument is changed.
 */
export function mergeOver(base: unknown, over: unknown): unknown {
  if (isJsonObject(base) && isJsonObject(over)) return mergeObjects(base, over);
  if (Array.isArray(base) && Array.isArray(over) && allNamed(base) && allNamed(over)) return mergeNamed(base, over);
  return over;
}

function mergeObjects(base: object, over: object): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (UNSAFE_KEYS.has(key)) continue;
    if (value === null) delete merged[key];
    else merged[key] = Object.hasOwn(merged, key) ? mergeOver(merged[key], value) : value;
  }
  return merged;
}

interface Named {
  readonly name: string;
}

function allNamed(list: readonly unknown[]): list is readonly Named[] {
  return list.every((item) => isJsonObject(item) && typeof item['name'] === 'string');
}

function mergeNamed(base: readonly Named[], over: readonly Named[]): readonly unknown[] {
  const changed = base.map((item) => {
    const change = over.find((candidate) => candidate.name === item.name);
    return change === undefined ? item : mergeOver(item, change);
  });
  return [...changed, ...over.filter((item) => base.every((known) => known.name !== item.name))];
}

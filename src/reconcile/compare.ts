import { isJsonObject, type JsonValue, sameJson } from '../lib/json.ts';
import type { Difference, Verdict } from './difference.ts';

export interface CompareOptions {
  readonly verdict?: Verdict;
  /** Paths (as they will be reported) whose change means making the thing anew. */
  readonly replaces?: boolean;
  /** Names list items in paths: `environment[LOG_LEVEL]` instead of `environment[3]`. */
  readonly itemName?: (item: JsonValue) => string | undefined;
  /** Replaces values before they are reported. */
  readonly show?: (path: string, value: JsonValue | undefined) => JsonValue | undefined;
}

/**
 * Every leaf at which two normalised values differ. Members of `live` that `desired` does not have count too:
 * normalising has already left out what AWS fills in by itself.
 */
export function compare(
  path: string,
  desired: JsonValue | undefined,
  live: JsonValue | undefined,
  options: CompareOptions = {},
): readonly Difference[] {
  if (sameJson(desired, live)) return [];
  if (isJsonObject(desired) && isJsonObject(live)) {
    return unionOf(Object.keys(desired), Object.keys(live)).flatMap((name) =>
      compare(memberPath(path, name), desired[name], live[name], options),
    );
  }
  const named = byName(desired, live, options);
  if (named !== undefined) {
    return unionOf([...named.desired.keys()], [...named.live.keys()]).flatMap((name) =>
      compare(`${path}[${name}]`, named.desired.get(name), named.live.get(name), options),
    );
  }
  return [leaf(path, desired, live, options)];
}

function leaf(
  path: string,
  desired: JsonValue | undefined,
  live: JsonValue | undefined,
  options: CompareOptions,
): Difference {
  const show = options.show ?? ((_path, value) => value);
  return {
    path,
    desired: show(path, desired),
    live: show(path, live),
    verdict: options.verdict ?? 'declared',
    replaces: options.replaces ?? false,
  };
}

function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function unionOf(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

interface NamedLists {
  readonly desired: ReadonlyMap<string, JsonValue>;
  readonly live: ReadonlyMap<string, JsonValue>;
}

/** Both lists as maps, when every item of both has a name of its own. */
function byName(
  desired: JsonValue | undefined,
  live: JsonValue | undefined,
  options: CompareOptions,
): NamedLists | undefined {
  const desiredMap = namedItems(desired ?? [], options);
  const liveMap = namedItems(live ?? [], options);
  return desiredMap === undefined || liveMap === undefined ? undefined : { desired: desiredMap, live: liveMap };
}

function namedItems(list: JsonValue, options: CompareOptions): ReadonlyMap<string, JsonValue> | undefined {
  if (!Array.isArray(list) || options.itemName === undefined) return undefined;
  const items = new Map<string, JsonValue>();
  for (const item of list as readonly JsonValue[]) {
    const name = options.itemName(item);
    if (name === undefined || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}

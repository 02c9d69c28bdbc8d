declare const keyBrand: unique symbol;
/** `namespace/name` of a manifest: the only thing that travels through the queue. */
export type Key = string & { readonly [keyBrand]: true };

/** Both parts must already be valid names: lower-case letters, digits and dashes, no slash. */
export function keyOf(namespace: string, name: string): Key {
  return `${namespace}/${name}` as Key;
}

/** Reads `namespace/name`, or a bare `name` in the namespace `default`. */
export function parseKey(text: string): Key {
  const slash = text.indexOf('/');
  return slash < 0 ? keyOf('default', text) : keyOf(text.slice(0, slash), text.slice(slash + 1));
}

/** The part after the slash. */
export function nameOf(key: Key): string {
  return key.slice(key.indexOf('/') + 1);
}

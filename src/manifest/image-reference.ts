/** A container image reference taken apart. */
export interface ImageReference {
  /** Host and port; undefined for Docker Hub's short form. */
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string | undefined;
}

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;

/**
 * Reads `[registry/]repository[:tag][@digest]` by the grammar of the Docker distribution project. A string result says
 * what is wrong. The parts never begin with a dash, so that none can pass for an option of a command.
 */
export function parseImageReference(text: string): ImageReference | string {
  if (text === '') return 'must not be empty';
  if (text.length > 512) return 'must not have more than 512 characters';
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0) return 'must not have more than one @';
  if (digest !== undefined && !DIGEST.test(digest)) return 'the digest must be sha256: and 64 hexadecimal digits';
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return 'the tag must consist of up to 128 letters, digits and _ . -';
  const name = colon < 0 ? named : named.slice(0, colon);
  const parts = name.split('/');
  const registry = parts.length > 1 && looksLikeHost(parts[0]!) ? parts.shift() : undefined;
  if (registry !== undefined && !HOST.test(registry)) return 'the registry must be a host name, with a port or without';
  if (parts.some((part) => part !== part.toLowerCase())) return 'the repository must be in lower case';
  if (!parts.every((part) => PATH_PART.test(part))) {
    return 'the repository must consist of letters, digits, dots, dashes and underscores, parted by slashes';
  }
  return { registry, repository: parts.join('/'), tag, digest };
}

function looksLikeHost(part: string): boolean {
  return part.includes('.') || part.includes(':') || part === 'localhost';
}

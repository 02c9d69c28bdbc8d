import { relative, sep } from 'node:path';

const MANIFEST_NAME = /\.(ya?ml|json)$/i;
/** Names that editors and copying tools use for the time of a save. */
const ARTEFACT_NAME =
  /^(#.*#|~.*|.*~|.*\.(tmp|temp|swp|swo|bak|orig|part|crdownload)(\.[^.]*)?|.*\.sw[a-z]|___jb_.*___)$/i;

/** Hidden names (Kubernetes' `..data` among them) are never walked into nor read. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/** A name that says: here is a manifest. */
export function isManifestName(name: string): boolean {
  return MANIFEST_NAME.test(name) && !isHidden(name) && !ARTEFACT_NAME.test(name);
}

/** Names come as text; one that was not valid UTF-8 holds the replacement character and cannot be opened by it. */
export function isBrokenName(name: string): boolean {
  return name.includes('\uFFFD');
}

const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The name with everything that could disturb a terminal or a log written as `\u{…}`. Different stays different. */
export function printable(name: string): string {
  return name.replace(UNPRINTABLE, (char) => (char === '\\' ? '\\\\' : `\\u{${char.codePointAt(0)!.toString(16)}}`));
}

/** True when `path` is `root` or beneath it. Both must be resolved. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

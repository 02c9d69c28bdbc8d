import type { Path } from '../path.ts';
import type { Report, Subject } from '../rule.ts';

/** Source: "Tagging your AWS resources": 50 tags a resource, keys of 128 and values of 256 characters, `aws:` reserved. */
const MAX_TAGS = 50;
/** managed-by, controller, key, spec hash, generation. */
const OWN_TAGS = 5;
const ALLOWED = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

export function checkTags({ manifest }: Subject, report: Report): void {
  const { labels } = manifest.metadata;
  const { tags } = manifest.spec;
  for (const [key, value] of Object.entries(labels)) checkTag(key, value, ['metadata', 'labels', key], report);
  for (const [key, value] of Object.entries(tags)) checkTag(key, value, ['spec', 'tags', key], report);
  const count = new Set([...Object.keys(labels), ...Object.keys(tags)]).size;
  if (count > MAX_TAGS - OWN_TAGS) {
    const path = Object.keys(tags).length > 0 ? ['spec', 'tags'] : ['metadata', 'labels'];
    const message = `labels and tags together must not be more than ${MAX_TAGS - OWN_TAGS}, got ${count}`;
    report.error(path, message, { mark: 'key', help: `AWS allows ${MAX_TAGS} tags, and Evenkeel needs ${OWN_TAGS}` });
  }
  for (const key of Object.keys(tags)) {
    if (!Object.hasOwn(labels, key) || labels[key] === tags[key]) continue;
    report.warning(['spec', 'tags', key], 'hides the label of the same name', { mark: 'key' });
  }
}

function checkTag(key: string, value: string, path: Path, report: Report): void {
  const lower = key.toLowerCase();
  const reserved = ['aws:', 'evenkeel:'].find((prefix) => lower.startsWith(prefix));
  if (reserved !== undefined) report.error(path, `names that begin with '${reserved}' are reserved`, { mark: 'key' });
  else if (!ALLOWED.test(key))
    report.error(path, 'the name has characters that tags may not have', { mark: 'key', help: CHARACTERS });
  if (!ALLOWED.test(value)) report.error(path, 'has characters that tags may not have', { help: CHARACTERS });
}

const CHARACTERS = 'allowed: letters, digits, spaces and _ . : / = + - @';

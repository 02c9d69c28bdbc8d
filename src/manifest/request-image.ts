import { isJsonObject } from '../lib/json.ts';
import type { Finding } from './schema-problems.ts';

const FIELDS = ['image_uri', 'code_path'] as const;

/** A request has exactly one of `image_uri` and `code_path`; null, which programs like to write, counts as absent. */
export function imageChoice(request: unknown, earlier: readonly Finding[]): readonly Finding[] {
  if (!isJsonObject(request)) return [];
  const given = FIELDS.filter((field) => request[field] !== undefined && request[field] !== null);
  const isMisspelt = earlier.some(({ taints }) => taints.some(([field]) => FIELDS.some((name) => name === field)));
  if (given.length === 1 || isMisspelt) return [];
  const only = given.length === 0 ? '' : ' only';
  const message = `must have${only} one of \`image_uri\` and \`code_path\``;
  return [{ path: [], mark: 'key', message, taints: FIELDS.map((field) => [field]) }];
}

import { createHash } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256 of the canonical JSON of `value`, in lower-case hexadecimal (64 characters). */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** SHA-256 of bytes or text, in lower-case hexadecimal (64 characters). */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

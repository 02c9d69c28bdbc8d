import { MAX_BYTES, TOO_LARGE } from './hazards.ts';
import type { ManifestError } from './manifest-error.ts';

export type Decoded = { readonly text: string; readonly error?: undefined } | { readonly error: ManifestError };

/**
 * The text of a manifest file: UTF-8, with a byte order mark or without. Anything else is an error, never a text with
 * replacement characters.
 */
export function decodeManifest(bytes: Uint8Array, file: string): Decoded {
  if (bytes.length > MAX_BYTES) return unreadable(file, TOO_LARGE.message, TOO_LARGE.help);
  if (isUtf16(bytes)) return unreadable(file, 'the file is UTF-16, it must be UTF-8', 'save it as UTF-8');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const at = firstInvalid(bytes);
    const help = 'save it as UTF-8; if it is no text at all, name it differently';
    return unreadable(file, `the file is not UTF-8: invalid byte at offset ${at}`, help);
  }
}

/** A byte order mark of UTF-16, or ASCII with every other byte zero. */
function isUtf16(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  return bytes.length >= 4 && (a === 0 && c === 0) !== (b === 0 && d === 0);
}

/** Offset of the first byte that is not part of a whole character, found by halving: at most 18 decodings. */
function firstInvalid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (wholeCharacters(bytes.subarray(0, middle)) !== undefined) low = middle;
    else high = middle - 1;
  }
  return Buffer.byteLength(wholeCharacters(bytes.subarray(0, low)) ?? '');
}

/** The characters of a valid beginning, without one that is cut off at its end; undefined if it is not valid. */
function wholeCharacters(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function unreadable(file: string, message: string, help: string): Decoded {
  const where = { file, line: 0, column: 0, length: 1, path: '', frame: [] };
  return { error: { severity: 'error', reason: 'unreadable', ...where, message, help } };
}

import type { ManifestError } from '../manifest/manifest-error.ts';
import { plainReason, systemCode } from './file-tree.ts';

/** The whole reading failed, for a reason that concerns everything. Nothing may be concluded from it. */
export class ReadingFailed extends Error {
  override readonly name = 'ReadingFailed';
  /** Missing: the place was seen to be gone, so what comes back there is another one. */
  readonly missing: boolean;

  constructor(message: string, options: { readonly missing?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.missing = options.missing ?? false;
  }
}

/** What was being read changed under the reader. Worth another attempt at once. */
export class Torn extends Error {
  override readonly name = 'Torn';
}

/** Failures of this process or machine, not of one file. */
const EXHAUSTED: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM'];
const VANISHED: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP'];

/** Throws what concerns more than one file; returns, with the reason in words, when only `shown` is concerned. */
export function reasonForOne(shown: string, thrown: unknown): string {
  const code = systemCode(thrown);
  if (code === undefined) throw thrown;
  if (EXHAUSTED.includes(code)) throw new ReadingFailed(`${shown}: ${plainReason(thrown)}`, { cause: thrown });
  if (VANISHED.includes(code)) throw new Torn(`${shown} went away while it was being read`, { cause: thrown });
  return plainReason(thrown);
}

/** An error that means a whole file, with nothing of its content in it. */
export function fileError(
  file: string,
  message: string,
  more: { readonly help?: string; readonly reason?: ManifestError['reason'] } = {},
): ManifestError {
  const { help, reason = 'unreadable' } = more;
  const where = { file, line: 0, column: 0, length: 1, path: '', frame: [] } as const;
  return { severity: 'error', ...where, message, reason, ...(help === undefined ? {} : { help }) };
}

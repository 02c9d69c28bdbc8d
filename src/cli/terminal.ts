import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';

/** A stream somebody may be looking at. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };

/** The world as one command sees it. Made in `main`, or by a test; nothing else is reached for. */
export interface Terminal {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborts, with an `Interrupted`, when the process is asked to end. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  /** Called once however the process ends: what must be put right on the terminal, such as a hidden cursor. */
  readonly atExit: Set<() => void>;
}

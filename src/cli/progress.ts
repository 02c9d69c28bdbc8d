import type { ApplyEvent } from '../app/program.ts';
import { LineDisplay } from './line-display.ts';
import { LiveDisplay } from './live-display.ts';
import type { Session } from './session.ts';
import type { OutputStream } from './terminal.ts';

/** Shows an `apply` while it goes on. Disposing puts the terminal right again. */
export interface ProgressDisplay extends AsyncDisposable {
  onEvent(event: ApplyEvent): void;
  /** Says something that matters whatever is shown, without tearing the display. */
  say(text: string): void;
}

/** A live block where one can be drawn, appended lines elsewhere, nothing where nobody wants to know. */
export async function createProgress(session: Session): Promise<ProgressDisplay> {
  const { terminal, screen, flags } = session;
  if (flags.quiet === true) return new NoDisplay(terminal.stderr);
  if (!screen.live) return new LineDisplay({ stream: terminal.stderr, clock: terminal.clock });
  // Loaded here alone: it is slow, and most runs have no use for it.
  const { createLogUpdate } = await import('log-update');
  return new LiveDisplay({
    stream: terminal.stderr,
    clock: terminal.clock,
    look: screen.stderr,
    atExit: terminal.atExit,
    // The cursor is ours to hide: log-update would hide that of the process, not that of this stream.
    block: createLogUpdate(terminal.stderr as NodeJS.WritableStream, { showCursor: true }),
  });
}

class NoDisplay implements ProgressDisplay {
  readonly #stream: OutputStream;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  onEvent(): void {}

  say(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

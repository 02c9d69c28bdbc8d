import { DaemonUnreachable, type Host } from '../app/host.ts';
import { Interrupted, toError, UsageError } from '../lib/errors.ts';
import { ManifestsInvalid } from '../manifest/manifest-error.ts';
import { createDeadline } from './deadline.ts';
import { EXIT, exitCodeOfAbort } from './exit-codes.ts';
import { type Flags, toConfigInput } from './flags.ts';
import { parseArguments } from './parse.ts';
import { printManifestErrors } from './print-errors.ts';
import { decideScreen } from './screen.ts';
import { note, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';
import { oneLine, plainText } from './text.ts';

/** Runs what the words in `terminal.argv` ask for and resolves to the exit code. Never rejects. */
export async function runCommandLine(terminal: Terminal, loadHost: () => Promise<Host>): Promise<number> {
  const parsed = parseArguments(terminal.argv);
  if (parsed.kind === 'help') {
    terminal.stdout.write(`${parsed.text}\n`);
    return EXIT.done;
  }
  if (parsed.kind === 'wrong') {
    terminal.stderr.write(`${plainText(parsed.text)}\n`);
    return EXIT.error;
  }
  const { command, args, flags } = parsed;
  const screen = decideScreen(terminal, flags);
  await using deadline = createDeadline(terminal.clock, terminal.signal, flags.timeout);
  const base = { terminal, screen, flags, args, host: loadHost, signal: deadline.signal };
  try {
    const run = await command.load();
    return await run({ ...base, input: toConfigInput(command.name, flags) });
  } catch (thrown) {
    const session: Session = { ...base, input: toConfigInput(command.name, {}) };
    return reportFailure(thrown, session, flags);
  }
}

/** Says once what went wrong, without a stack unless asked for, and chooses the exit code. */
function reportFailure(thrown: unknown, session: Session, flags: Flags): number {
  const look = session.screen.stderr;
  if (thrown instanceof ManifestsInvalid) {
    note(session, printManifestErrors(thrown.errors, look));
    return EXIT.invalid;
  }
  const error = toError(thrown);
  const interrupted = interruption(error, session.signal);
  if (interrupted !== undefined) {
    note(session, `evenkeel: ${oneLine(interrupted.message)}`);
    return exitCodeOfAbort(interrupted);
  }
  note(session, `${look.paint('bad', 'evenkeel:')} ${plainText(messageOf(error))}`);
  if (flags.verbose === true && !(error instanceof UsageError)) note(session, plainText(error.stack ?? ''));
  return EXIT.error;
}

/** The reason of the abort, if that is why it failed. Libraries wrap it, so the signal is asked too. */
function interruption(error: Error, signal: AbortSignal): Interrupted | undefined {
  if (error instanceof Interrupted) return error;
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  return reason instanceof Interrupted ? reason : undefined;
}

function messageOf(error: Error): string {
  if (error instanceof DaemonUnreachable) {
    return `${error.message}\nStart one: evenkeel run --source dir:PATH. Or look at AWS directly: -f PATH`;
  }
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? `: ${error.cause.message}` : '';
  return `${error.message || error.name}${cause}`;
}

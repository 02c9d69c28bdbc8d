import type { ConfigInput } from '../app/config-input.ts';
import type { Host } from '../app/host.ts';
import type { Flags } from './flags.ts';
import type { Look, Screen } from './screen.ts';
import type { Terminal } from './terminal.ts';

/** One run of one command: what was asked, where to print, how to reach the rest of the program. */
export interface Session {
  readonly terminal: Terminal;
  readonly screen: Screen;
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly input: ConfigInput;
  /** Loads the program behind the commands; slow, so only what needs it asks. */
  readonly host: () => Promise<Host>;
  /** `terminal.signal`, and the deadline of `--timeout`. Every wait takes it. */
  readonly signal: AbortSignal;
}

/** Data, for whoever reads the output. Adds the newline. */
export function say(session: Session, text: string): void {
  if (text !== '') session.terminal.stdout.write(`${text}\n`);
}

/** Everything else: progress, warnings, hints. */
export function note(session: Session, text: string): void {
  if (text !== '') session.terminal.stderr.write(`${text}\n`);
}

/** At most two commands to go on with; for people only. */
export function hint(session: Session, label: string, commands: readonly string[]): void {
  if (session.screen.ci || session.flags.quiet === true || commands.length === 0) return;
  const look: Look = session.screen.stderr;
  note(session, look.paint('quiet', `${label}: ${commands.slice(0, 2).join('        ')}`));
}

/** `-f` flags as typed, to repeat in a hint. */
export function fileFlags(flags: Flags): string {
  return (flags.file ?? []).map((file) => `-f ${/^[\w./:@=+-]+$/.test(file) ? file : `'${file}'`}`).join(' ');
}

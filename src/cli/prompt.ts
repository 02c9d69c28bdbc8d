import { createInterface } from 'node:readline';
import { UsageError } from '../lib/errors.ts';
import type { Session } from './session.ts';

/** What is asked, and the flag that answers it where nobody can be asked. */
export interface Question {
  readonly text: string;
  readonly flag: string;
}

/**
 * Asks on stderr and reads one line from stdin. Undefined: the input ended without an answer.
 * Throws `UsageError` naming the flag where there is nobody to ask, and `signal.reason` on abort.
 */
export async function ask(session: Session, question: Question): Promise<string | undefined> {
  const { terminal, screen, signal } = session;
  if (!screen.canAsk) {
    const why = session.flags.input === false ? '--no-input was given' : 'the input is not a terminal';
    throw new UsageError(`this needs an answer and ${why}: pass ${question.flag}`);
  }
  signal.throwIfAborted();
  terminal.stderr.write(`${question.text} `);
  const lines = createInterface({ input: terminal.stdin, terminal: false });
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      lines.close();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (answer: string | undefined): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
      lines.close();
    };
    lines.once('line', (line) => settle(line.trim()));
    lines.once('close', () => settle(undefined));
  });
}

/** Anything but a clear yes is a no. */
export async function confirm(session: Session, question: Question): Promise<boolean> {
  const answer = await ask(session, { ...question, text: `${question.text} [y/N]` });
  return /^y(es)?$/i.test(answer ?? '');
}

/** For what cannot be taken back: the name itself has to be typed, or given as `--confirm`. */
export async function confirmByName(session: Session, name: string, text: string): Promise<boolean> {
  const given = session.flags.confirm;
  if (given !== undefined) {
    if (given === name) return true;
    throw new UsageError(`--confirm says '${given}', but what would be deleted is '${name}'`);
  }
  const answer = await ask(session, { text: `${text} Type its name:`, flag: `--confirm=${name}` });
  return answer === name;
}

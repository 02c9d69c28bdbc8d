import { EXIT } from './exit-codes.ts';
import type { Session } from './session.ts';

/** `evenkeel run`: the daemon. Ends with 0 when it was asked to end and has drained. */
export async function runRun(session: Session): Promise<number> {
  const { terminal, signal } = session;
  const pretty = terminal.stderr.isTTY === true;
  const log = { write: (line: string) => void terminal.stderr.write(line) };
  await (await session.host()).runDaemon(session.input, { signal, log, pretty });
  return EXIT.done;
}

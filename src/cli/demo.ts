import type { DemoEvent, DemoReport } from '../app/host.ts';
import { EXIT } from './exit-codes.ts';
import { printTable } from './print-table.ts';
import { note, type Session, say } from './session.ts';
import { displayName, durationText, oneLine, timeOfDay } from './text.ts';

/** `evenkeel demo`: the controller against the sandbox. Ends by itself where nobody watches. */
export async function runDemo(session: Session): Promise<number> {
  const { terminal, flags, signal, screen } = session;
  const ends = flags.exit === true || terminal.stdout.isTTY !== true || screen.ci;
  const onEvent = (event: DemoEvent): void => sayEvent(session, event, ends);
  const report = await (await session.host()).runDemo(session.input, { signal, ends, onEvent });
  say(session, summary(report, session));
  return report.asExpected ? EXIT.done : EXIT.error;
}

function sayEvent(session: Session, event: DemoEvent, ends: boolean): void {
  const look = session.screen.stdout;
  const nowMs = session.terminal.clock.now();
  switch (event.kind) {
    case 'started':
      say(session, 'Evenkeel keeps its example services in the sandbox. Nothing here is AWS.');
      say(session, `  metrics   ${event.url}/metrics`);
      say(session, `  services  ${event.url}/api/v1/services`);
      if (event.sandboxUrl !== undefined)
        say(session, `  sandbox   ${event.sandboxUrl}  (for the AWS command line: AWS_ENDPOINT_URL)`);
      say(session, '');
      return;
    case 'event': {
      const line = `${timeOfDay(nowMs)} ${displayName(event.key)}: ${event.reason}: ${oneLine(event.message)}`;
      say(session, event.type === 'Warning' ? look.paint('warning', `${line} ${look.symbols.warning}`) : line);
      return;
    }
    case 'settled':
      if (ends) return;
      say(session, `\n${printTable(event.services, look, { wide: false, nowMs })}\n`);
      note(session, `Settled after ${durationText(event.seconds)}. It goes on until Ctrl-C.`);
  }
}

function summary(report: DemoReport, session: Session): string {
  const look = session.screen.stdout;
  const table = printTable(report.services, look, { wide: false, nowMs: session.terminal.clock.now() });
  const end = report.asExpected
    ? `${look.paint('good', look.symbols.done)} The demo ended as it should`
    : `${look.paint('bad', look.symbols.failed)} The demo did not end as it should`;
  return `\n${table}\n\n${end}, after ${durationText(report.seconds)}.`;
}

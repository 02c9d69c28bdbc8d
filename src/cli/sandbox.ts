import { EXIT } from './exit-codes.ts';
import { note, type Session, say } from './session.ts';
import { oneLine } from './text.ts';

/** `evenkeel sandbox`: serves until stopped. stdout is shell: `eval` of it points AWS clients at the sandbox. */
export async function runSandbox(session: Session): Promise<number> {
  const { signal } = session;
  await using sandbox = await (await session.host()).startSandbox(session.input, signal);
  say(
    session,
    [
      `export AWS_ENDPOINT_URL=${sandbox.url}`,
      `export AWS_REGION=${sandbox.region}`,
      'export AWS_ACCESS_KEY_ID=sandbox',
      'export AWS_SECRET_ACCESS_KEY=sandbox',
    ].join('\n'),
  );
  note(
    session,
    `The sandbox answers at ${sandbox.url} as account ${sandbox.account}. Nothing in it costs or lasts. Ctrl-C ends it.`,
  );
  if (sandbox.faults !== undefined) note(session, sandbox.faults.map(oneLine).join('\n'));
  await aborted(signal);
  return EXIT.done;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

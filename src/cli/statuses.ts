import type { DaemonClient, Program } from '../app/program.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { readValidManifests } from './manifests.ts';
import type { Session } from './session.ts';

/** Where statuses come from: AWS itself with `-f`, else a running daemon. */
export interface StatusReader extends AsyncDisposable {
  read(): Promise<readonly ServiceStatus[]>;
  /** With everything that a list leaves out: events and differences. */
  whole(status: ServiceStatus): Promise<ServiceStatus>;
}

export async function createStatusReader(session: Session): Promise<StatusReader> {
  const host = await session.host();
  if (session.flags.file !== undefined) return readFromAws(session, await host.program(session.input));
  return readFromDaemon(session, await host.daemon(session.input));
}

async function readFromAws(session: Session, program: Program): Promise<StatusReader> {
  try {
    const manifests = await readValidManifests(session, program);
    return {
      read: () => program.status(manifests, session.signal),
      whole: (status) => Promise.resolve(status),
      [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() as Promise<void>,
    };
  } catch (thrown) {
    await program[Symbol.asyncDispose]();
    throw thrown;
  }
}

function readFromDaemon(session: Session, daemon: DaemonClient): StatusReader {
  return {
    read: () => daemon.services(session.signal),
    // Let go of between the list and the question: then the list is the latest there is.
    whole: async (status) => (await daemon.service(status.key, session.signal)) ?? status,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

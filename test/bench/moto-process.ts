import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export interface MotoProcess extends AsyncDisposable {
  readonly url: string;
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 200;

/** Starts `command` (a `moto_server`) on a free port, with every task of a service running at once. */
export async function startMoto(command: string): Promise<MotoProcess> {
  const port = await freePort();
  const env = { ...process.env, MOTO_ECS_SERVICE_RUNNING: '1' };
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { env, stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  failed.catch(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([untilAnswers(url, child), failed]);
  } catch (thrown) {
    child.kill();
    throw thrown;
  }
  return { url, [Symbol.asyncDispose]: () => ended(child) };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    const answers = await fetch(`${url}/moto-api/data.json`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answers) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`moto_server did not answer within ${PATIENCE_MS / 1000} s`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.on('close', () => resolve());
    child.kill('SIGTERM');
  });
}

import { spawn } from 'node:child_process';
import { requiredPython } from './python.ts';

export interface MotoServer extends AsyncDisposable {
  readonly url: string;
}

/** moto's server on a free port of this machine. Every task of a service that it makes is said to run. */
export async function startMoto(): Promise<MotoServer> {
  const child = spawn(requiredPython(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, MOTO_ECS_SERVICE_RUNNING: '1', PYTHONUNBUFFERED: '1' },
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    void closed.then(() => reject(new Error(`moto ended at once: ${said}`)));
    // Read to its end: a full pipe would stop the server.
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString('utf8');
      const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
export type Environment = Readonly<Record<string, string>>;

/** Compiling the program takes longer than running it; where this cache is on, it is done once. */
const COMPILED: Environment =
  process.env['NODE_COMPILE_CACHE'] === undefined ? {} : { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };

/** `evenkeel ARGS`, in a process of its own that has only this environment, to its end. */
export function evenkeel(args: readonly string[], env: Environment): Promise<Ended> {
  return ended(
    spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...COMPILED, ...env } }),
  );
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, out, err] = await Promise.all([closed, text(child.stdout!), text(child.stderr!)]);
  return { code, out, err };
}

export interface SandboxProcess extends AsyncDisposable {
  /** What it printed for the shell: `AWS_ENDPOINT_URL` and the rest. */
  readonly env: Environment;
}

/** `evenkeel sandbox` on a free port, a hundred times as fast as AWS unless `more` says otherwise. */
export async function startSandboxProcess(more: Environment = {}): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [MAIN, 'sandbox', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...COMPILED, EVENKEEL_SANDBOX_SPEED: '100', ...more },
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const printed = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.once('error', reject);
    void closed.then(() => reject(new Error(`the sandbox ended at once: ${out}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      if (out.includes('AWS_SECRET_ACCESS_KEY')) resolve(out);
    });
  });
  return {
    env: Object.fromEntries([...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!])),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

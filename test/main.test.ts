import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '' } });
}

async function run(args: readonly string[]): Promise<Ended> {
  const child = start(args);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await closed, out, err };
}

test('the program prints its version on stdout and exits 0', async () => {
  const { code, out, err } = await run(['version']);
  assert.deepEqual({ code, err }, { code: 0, err: '' });
  assert.match(out, /^evenkeel /);
});

test('a mistake exits 1 with nothing on stdout', async () => {
  const { code, out, err } = await run(['plna']);
  assert.deepEqual({ code, out }, { code: 1, out: '' });
  assert.match(err, /Did you mean plan/);
});

test('a reader that leaves early is no bug', async () => {
  const child = start(['--help']);
  child.stdout?.destroy();
  const err = text(child.stderr!);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  assert.deepEqual({ code, err: await err }, { code: 0, err: '' });
});

test('a signal ends what goes on until it is stopped, and the end is a good one', async () => {
  const child = start(['sandbox', '--port', '0']);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  let out = '';
  for await (const chunk of child.stdout!) {
    out += String(chunk);
    if (out.includes('AWS_SECRET_ACCESS_KEY')) child.kill('SIGTERM');
  }
  assert.match(out, /export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
  assert.equal(await closed, 0);
});

test('signals that arrive together are one: the end is still a good one', async () => {
  const child = start(['sandbox', '--port', '0']);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  let out = '';
  for await (const chunk of child.stdout!) {
    out += String(chunk);
    if (!out.includes('AWS_SECRET_ACCESS_KEY')) continue;
    child.kill('SIGTERM');
    child.kill('SIGINT');
  }
  assert.equal(await closed, 0);
});

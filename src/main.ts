#!/usr/bin/env node
import { runCommandLine } from './cli/cli.ts';
import { EXIT } from './cli/exit-codes.ts';
import type { Terminal } from './cli/terminal.ts';
import { SystemClock } from './lib/clock.ts';
import { Interrupted, toError } from './lib/errors.ts';

const stop = new AbortController();
const atExit = new Set<() => void>();

const terminal: Terminal = {
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  clock: new SystemClock(),
  random: Math.random,
  atExit,
};

/** One Ctrl-C can arrive twice: from the terminal, and from a wrapper that passes on what it got (npm, timeout). */
const SAME_SIGNAL_MS = 500;
let askedAtMs: number | undefined;

/** The first signal asks, the second does not. */
function onSignal(code: number, reason: Interrupted): () => void {
  return () => {
    const now = terminal.clock.elapsed();
    askedAtMs ??= now;
    if (now - askedAtMs > SAME_SIGNAL_MS) process.exit(code);
    stop.abort(reason);
  };
}

function onBug(thrown: unknown): never {
  process.stderr.write(`evenkeel: this is a bug in Evenkeel; please report it\n${toError(thrown).stack}\n`);
  process.exit(EXIT.bug);
}

/** Whoever read our output has read enough, as in `evenkeel get -w | head`: come to an end, but not in the middle. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') onBug(error);
  stop.abort(new Interrupted('user', 'nobody reads the output any more'));
}

process.on('SIGINT', onSignal(EXIT.interrupted, new Interrupted('user', 'interrupted')));
process.on('SIGTERM', onSignal(EXIT.terminated, new Interrupted('shutdown', 'asked to end')));
process.on('unhandledRejection', onBug);
process.on('uncaughtException', onBug);
process.on('exit', () => {
  for (const restore of atExit) restore();
});
process.stdout.on('error', onOutputError);
process.stderr.on('error', onOutputError);

process.exitCode = await runCommandLine(terminal, async () => {
  const { createHost } = await import('./app/compose.ts');
  return createHost({ env: terminal.env, clock: terminal.clock, random: terminal.random });
});

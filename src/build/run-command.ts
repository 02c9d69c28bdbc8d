import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { EngineUnavailable } from './build-errors.ts';
import { errorCode } from './confine.ts';

/**
 * SIGTERM is sent again: one that comes while buildah starts a step is handed to nobody. After the last, SIGKILL.
 */
const ASK_EVERY_MS = 2000;
const ASK_TIMES = 5;
const TAIL_LINES = 50;
const OUTPUT_LINES = 1000;
const MAX_LINE_CHARS = 4000;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** All that the program gets to see of an environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly clock: Clock;
  /** Applied to every line before anything else sees it. */
  readonly mask?: (line: string) => string;
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  /** Undefined: ended by a signal. */
  readonly exitCode: number | undefined;
  /** What it wrote to standard output, masked: the last 1000 lines. */
  readonly output: readonly string[];
  /** The last 50 lines of both streams as they came, masked. */
  readonly tail: readonly string[];
}

/**
 * Runs a program without a shell, without input, in a process group of its own. On abort the whole group is asked to
 * end, then made to; rejects with the signal's reason only once it has ended. Throws EngineUnavailable when the program
 * is not there.
 */
export async function runCommand(command: Command, options: RunOptions, signal: AbortSignal): Promise<CommandResult> {
  signal.throwIfAborted();
  const child = spawn(command.file, command.args, {
    env: command.env,
    detached: true,
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = exitOf(child, command.file);
  const output: string[] = [];
  const tail: string[] = [];
  const take = (line: string): void => {
    keepLast(tail, line, TAIL_LINES);
    options.onLine?.(line);
  };
  const mask = options.mask ?? ((line) => line);
  // Settled, not all: a stream that is destroyed on abort is not an error of its own.
  const reading = Promise.allSettled([
    eachLine(child.stdout, (line) => {
      const masked = mask(line);
      keepLast(output, masked, OUTPUT_LINES);
      take(masked);
    }),
    eachLine(child.stderr, (line) => take(mask(line))),
  ]);
  const stopped = new AbortController();
  const onAbort = (): void => void stopGroup(child, options.clock, stopped.signal);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const exitCode = await ended;
    if (signal.aborted) abandon(child);
    await reading;
    signal.throwIfAborted();
    return { exitCode, output, tail };
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopped.abort();
  }
}

function exitOf(child: ChildProcess, file: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const missing = errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES';
      reject(missing ? new EngineUnavailable(file, `${file} is not installed`, { cause: error }) : error);
    });
    child.once('exit', (code) => resolve(code ?? undefined));
  });
}

async function stopGroup(child: ChildProcess, clock: Clock, ended: AbortSignal): Promise<void> {
  for (let asked = 0; asked < ASK_TIMES && !ended.aborted; asked++) {
    killGroup(child, 'SIGTERM');
    await clock.sleep(ASK_EVERY_MS, ended).catch(() => undefined);
  }
  if (!ended.aborted) killGroup(child, 'SIGKILL');
}

/** What is left of the group goes, and its hold on our pipes with it. */
function abandon(child: ChildProcess): void {
  killGroup(child, 'SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** Plugins and helpers of the program are in its group, and go with it. */
function killGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** Lines end at LF or CR; progress bars use the latter. A line without end is cut, not collected. */
async function eachLine(stream: Readable, take: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARS);
    for (const line of lines) if (line !== '') take(line.slice(0, MAX_LINE_CHARS));
  }
  if (rest !== '') take(rest);
}

function keepLast(lines: string[], line: string, count: number): void {
  lines.push(line);
  if (lines.length > count) lines.shift();
}

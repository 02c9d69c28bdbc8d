import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ProcessRequest {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One whole process, from its start to its end, as the operating system accounts for it. */
export interface ProcessUse {
  readonly code: number;
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly seconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProcess {
  readonly pid: number;
  /** Resolves to the first line of its standard error that `wanted` takes. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** Processor time so far in milliseconds; undefined where the system does not tell. */
  cpuMs(): number | undefined;
  /** Asks it to end. */
  stop(): void;
  readonly ended: Promise<ProcessUse>;
}

type Report = { readonly pid: number } | Pick<ProcessUse, 'code' | 'cpuMs' | 'peakBytes'>;

/** Runs a command to its end. Rejects with its output when it fails. */
export async function runMeasured(request: ProcessRequest): Promise<ProcessUse> {
  const { ended } = await startMeasured(request);
  const use = await ended;
  if (use.code === 0) return use;
  throw new Error(
    `${request.command.join(' ')} ended with ${use.code}\n${use.stdout.slice(-2000)}${use.stderr.slice(-4000)}`,
  );
}

export async function startMeasured({ command, env }: ProcessRequest): Promise<RunningProcess> {
  const startedAt = performance.now();
  const wrapper = spawn('python3', [join(import.meta.dirname, 'measure.py'), ...command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const stdout = collect(wrapper.stdout as Readable);
  const stderr = collect(wrapper.stderr as Readable);
  const reports = createInterface({ input: wrapper.stdio[3] as Readable });
  const exited = exitOf(wrapper);
  const lines = reports[Symbol.asyncIterator]();
  const pid = await next(lines, 'pid');
  const ended = (async (): Promise<ProcessUse> => {
    const use = await next(lines, 'cpuMs');
    await exited;
    return { ...use, seconds: (performance.now() - startedAt) / 1000, stdout: stdout.text(), stderr: stderr.text() };
  })();
  ended.catch(() => undefined);
  return {
    pid: pid.pid,
    ended,
    line: (wanted) => Promise.race([stderr.line(wanted), ended.then((use) => Promise.reject(new Error(use.stderr)))]),
    cpuMs: () => cpuMsOf(pid.pid),
    stop: () => void wrapper.kill('SIGTERM'),
  };
}

async function next<Name extends 'pid' | 'cpuMs'>(
  lines: AsyncIterator<string>,
  member: Name,
): Promise<Extract<Report, { readonly [N in Name]: number }>> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('the measuring wrapper (python3) ended without a report');
  const report = JSON.parse(value) as Report;
  if (!(member in report)) throw new Error(`unexpected report: ${value}`);
  return report as Extract<Report, { readonly [N in Name]: number }>;
}

interface Collected {
  text(): string;
  line(wanted: (line: string) => boolean): Promise<string>;
}

function collect(stream: Readable): Collected {
  const lines: string[] = [];
  const watchers = new Set<(line: string) => void>();
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    for (const watcher of watchers) watcher(line);
  });
  return {
    text: () => lines.map((line) => `${line}\n`).join(''),
    line(wanted) {
      const known = lines.find(wanted);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const watcher = (line: string): void => {
          if (!wanted(line)) return;
          watchers.delete(watcher);
          resolve(line);
        };
        watchers.add(watcher);
      });
    },
  };
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/** Ticks of a hundredth of a second: `utime` and `stime`, fields 14 and 15 of proc(5)'s stat. */
function cpuMsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

import { Readable, Writable } from 'node:stream';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Keeps what was written to it. */
export class MemoryStream extends Writable {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly rows = 24;
  text = '';

  constructor(isTTY: boolean, columns: number) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = isTTY ? columns : undefined;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface FakeTerminal extends Terminal {
  readonly stdout: MemoryStream;
  readonly stderr: MemoryStream;
  readonly clock: FakeClock;
  abort(reason: Error): void;
}

export interface FakeTerminalOptions {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** All three streams. */
  readonly tty?: boolean;
  readonly stdin?: string;
  readonly columns?: number;
}

export function createFakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const tty = options.tty === true;
  const stop = new AbortController();
  const stdin = Object.assign(Readable.from(options.stdin === undefined ? [] : [options.stdin]), { isTTY: tty });
  return {
    argv: options.argv ?? [],
    env: options.env ?? {},
    stdin,
    stdout: new MemoryStream(tty, options.columns ?? 200),
    stderr: new MemoryStream(tty, options.columns ?? 200),
    signal: stop.signal,
    clock: new FakeClock(),
    random: () => 0.5,
    atExit: new Set(),
    abort: (reason) => stop.abort(reason),
  };
}

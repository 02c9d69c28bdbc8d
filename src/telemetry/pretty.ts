import type { LogStream } from './log.ts';

/** Turns the JSON lines of the log into lines for people: `12:00:00 info  listening host=127.0.0.1 port=9090`. */
export function prettyStream(out: LogStream): LogStream {
  return { write: (line) => out.write(prettyLine(line)) };
}

/** One line of the log for people, ending in a line feed. What is not JSON of ours is passed on as it is. */
export function prettyLine(line: string): string {
  const record = parse(line);
  if (record === undefined) return line;
  const { time, level, msg, code: _code, error, ...fields } = record;
  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${plain(value)}`);
  const reason = error === undefined ? '' : `: ${plain(messageOf(error))}`;
  const clock = String(time).slice(11, 19);
  return `${clock} ${String(level).padEnd(5)} ${plain(msg)}${reason}${shown.join('')}\n`;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null && 'msg' in record ? { ...record } : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
}

/** Control and bidirectional characters would let a text draw on the terminal or pretend to be another line. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

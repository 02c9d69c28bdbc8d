import { type Logger, pino } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { EVENTS, type EventCode } from './catalog.ts';
import { prettyStream } from './pretty.ts';
import { redact } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
/** What varies from one event to the next. Goes through redaction; an `error` is written as type, message and stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The edge where events become lines. Never throws, and never shows a secret it can recognise. */
export interface Log {
  debug(code: EventCode, fields?: LogFields): void;
  info(code: EventCode, fields?: LogFields): void;
  warn(code: EventCode, fields?: LogFields): void;
  error(code: EventCode, fields?: LogFields): void;
  /** The same log with these fields on every line. */
  child(fields: LogFields): Log;
}

export interface LogStream {
  write(line: string): unknown;
}

export interface LogOptions {
  /** Gets one line a call, with its line feed. */
  readonly stream: LogStream;
  readonly level: LogLevel;
  /** Lines for people in place of JSON. */
  readonly pretty: boolean;
  readonly clock: Clock;
}

/** A log that writes JSON lines `{"level","time","code","msg",…}` to the stream given. */
export function createLog({ stream, level, pretty, clock }: LogOptions): Log {
  const out = pretty ? prettyStream(stream) : stream;
  const root = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void out.write(line) },
  );
  return logOn(root, {});
}

function logOn(logger: Logger, bound: LogFields): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (code: EventCode, fields: LogFields = {}): void => {
      if (!logger.isLevelEnabled(level)) return;
      logger[level]({ ...shownFields({ ...bound, ...fields }), code }, EVENTS[code]);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logOn(logger, { ...bound, ...fields }),
  };
}

function shownFields(fields: LogFields): object {
  try {
    const shown = redact(fields);
    return typeof shown === 'object' && shown !== null ? shown : {};
  } catch {
    // A getter or a toJSON of the value threw; the event itself is still worth its line.
    return { fields: 'unreadable' };
  }
}

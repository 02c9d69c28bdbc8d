import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Key } from '../manifest/key.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import type { ConfigInput } from './config-input.ts';
import type { DaemonClient, Program } from './program.ts';

/** What the machine gives: handed down from `main`, never reached for. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
}

export interface DaemonOptions {
  /** Aborts: no new sends, running work ends or is abandoned within the grace period. */
  readonly signal: AbortSignal;
  /** Takes whole log lines, newline included. */
  readonly log: { readonly write: (line: string) => void };
  /** True: a person seems to be reading the log. Decides its form where the configuration names none. */
  readonly pretty: boolean;
}

export interface RunningSandbox extends AsyncDisposable {
  /** Where AWS clients reach it: `http://127.0.0.1:4566`. */
  readonly url: string;
  readonly region: string;
  readonly account: string;
  /** What is ordered to go wrong in it, a line each. */
  readonly faults?: readonly string[];
}

/** What the demo tells while it goes on, in order. */
export type DemoEvent =
  | { readonly kind: 'started'; readonly url: string; readonly sandboxUrl?: string }
  | {
      readonly kind: 'event';
      readonly key: Key;
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
    }
  /** Every service is where it will stay for now. */
  | { readonly kind: 'settled'; readonly services: readonly ServiceStatus[]; readonly seconds: number };

export interface DemoOptions {
  readonly signal: AbortSignal;
  /** True: return once every service has settled. False: keep going until `signal` aborts. */
  readonly ends: boolean;
  readonly onEvent: (event: DemoEvent) => void;
}

export interface DemoReport {
  readonly services: readonly ServiceStatus[];
  readonly seconds: number;
  /** False: something did not end as the demo means it to. */
  readonly asExpected: boolean;
}

/**
 * Everything a command can be run by. Each member reads the configuration first and throws `UsageError` naming all that
 * is wrong with it before anything else happens.
 */
export interface Host {
  program(input: ConfigInput): Promise<Program>;
  daemon(input: ConfigInput): Promise<DaemonClient>;
  /** Resolves when the daemon has drained after `signal`; rejects only when it cannot go on. */
  runDaemon(input: ConfigInput, options: DaemonOptions): Promise<void>;
  startSandbox(input: ConfigInput, signal: AbortSignal): Promise<RunningSandbox>;
  runDemo(input: ConfigInput, options: DemoOptions): Promise<DemoReport>;
}

/** No daemon answers where one was looked for. */
export class DaemonUnreachable extends Error {
  override readonly name = 'DaemonUnreachable';
  readonly url: string;

  constructor(url: string, options?: ErrorOptions) {
    super(`no Evenkeel daemon answers at ${url}`, options);
    this.url = url;
  }
}

import type { ApplyEvent } from '../app/program.ts';
import type { Clock } from '../lib/clock.ts';
import { printHeartbeat } from './print-progress.ts';
import type { ProgressDisplay } from './progress.ts';
import { lineOf, NO_PROGRESS, type Progress, reduceProgress } from './progress-state.ts';
import type { OutputStream } from './terminal.ts';
import { displayName, timeOfDay } from './text.ts';

/** Shorter than the ten minutes of silence after which CI systems give up on a job; short enough to be believed. */
const HEARTBEAT_MS = 30_000;

export interface LineDisplayOptions {
  readonly stream: OutputStream;
  readonly clock: Clock;
}

/** Only ever appends: a line when something changed, and a sign of life when nothing did. */
export class LineDisplay implements ProgressDisplay {
  readonly #stream: OutputStream;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #beating: Promise<void>;
  #progress: Progress = NO_PROGRESS;
  #lastLineMs: number;

  constructor({ stream, clock }: LineDisplayOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#lastLineMs = clock.elapsed();
    this.#beating = this.#beat();
  }

  onEvent(event: ApplyEvent): void {
    const before = this.#progress;
    this.#progress = reduceProgress(before, event, this.#clock.now());
    const line = lineOf(before, event, this.#progress);
    if (line !== undefined) this.#write(`${displayName(event.key)}: ${line}`);
  }

  say(text: string): void {
    this.#write(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#beating;
  }

  #write(line: string): void {
    this.#lastLineMs = this.#clock.elapsed();
    this.#stream.write(`${timeOfDay(this.#clock.now())} ${line}\n`);
  }

  async #beat(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const dueInMs = this.#lastLineMs + HEARTBEAT_MS - this.#clock.elapsed();
      if (dueInMs > 0) {
        const slept = await this.#clock.sleep(dueInMs, this.#stop.signal).then(
          () => true,
          () => false,
        );
        if (!slept) return;
        continue;
      }
      const line = printHeartbeat(this.#progress, this.#clock.now());
      if (line === undefined) this.#lastLineMs = this.#clock.elapsed();
      else this.#write(line);
    }
  }
}

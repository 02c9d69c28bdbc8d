import type { ApplyEvent } from '../app/program.ts';
import type { Clock } from '../lib/clock.ts';
import { printDone, printEnded, printLiveBlock, printProgress } from './print-progress.ts';
import type { ProgressDisplay } from './progress.ts';
import { isNews, NO_PROGRESS, type Progress, reduceProgress } from './progress-state.ts';
import type { Look } from './screen.ts';
import type { OutputStream } from './terminal.ts';

/** Fast enough for a running clock to look alive, slow enough not to flicker over a remote line. */
const REDRAW_MS = 200;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** What is redrawn in place. `log-update` is one. */
export interface Block {
  (text: string): void;
  /** Writes text above the block that stays. */
  persist(text: string): void;
  clear(): void;
}

export interface LiveDisplayOptions {
  readonly stream: OutputStream;
  readonly clock: Clock;
  readonly look: Look;
  readonly block: Block;
  readonly atExit: Set<() => void>;
}

/** A block at the foot of the terminal with what is under way; what has ended stays above it. */
export class LiveDisplay implements ProgressDisplay {
  readonly #options: LiveDisplayOptions;
  readonly #stop = new AbortController();
  readonly #drawing: Promise<void>;
  readonly #restore: () => void;
  #progress: Progress = NO_PROGRESS;

  constructor(options: LiveDisplayOptions) {
    this.#options = options;
    this.#restore = () => options.stream.write(SHOW_CURSOR);
    options.atExit.add(this.#restore);
    options.stream.write(HIDE_CURSOR);
    this.#drawing = this.#drawUntilStopped();
  }

  onEvent(event: ApplyEvent): void {
    const before = this.#progress;
    const { clock, look } = this.#options;
    this.#progress = reduceProgress(before, event, clock.now());
    if (event.kind === 'progress' && event.progress.kind !== 'step') this.say(printProgress(event, look));
    if (event.kind === 'action-done') this.say(printDone(event, look));
    if (event.kind === 'ended' && isNews(before, event)) this.say(printEnded(event.result, look));
  }

  say(text: string): void {
    this.#options.block.persist(text);
    this.#draw();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#drawing;
    this.#options.block.clear();
    this.#restore();
    this.#options.atExit.delete(this.#restore);
  }

  #draw(): void {
    const { stream, clock, look, block } = this.#options;
    const text = printLiveBlock(this.#progress, look, { nowMs: clock.now(), rows: stream.rows ?? 24 });
    if (text === '') block.clear();
    else block(text);
  }

  async #drawUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    const pause = (): Promise<boolean> =>
      this.#options.clock.sleep(REDRAW_MS, signal).then(
        () => true,
        () => false,
      );
    while (await pause()) this.#draw();
  }
}

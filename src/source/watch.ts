import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { plainReason, systemCode } from './file-tree.ts';
import type { Root } from './root.ts';
import type { SourceSink } from './source.ts';
import type { Watcher } from './watcher.ts';

export interface WatchOptions {
  readonly watcher: Watcher;
  readonly clock: Clock;
  readonly hint: () => void;
}

/** After a watch failed, how long to live without before the next attempt. */
const REARM_MS = 60_000;

/** Keeps a watch on the place a root leads to, and arms it anew when that place changes or the watch dies. */
export class Watch implements AsyncDisposable {
  readonly #options: WatchOptions;
  #armed: AsyncDisposable | undefined;
  /** What the watch is, or was to be, on. */
  #place: string | undefined;
  #fault: Error | undefined;
  #notBeforeMs = 0;
  #degraded = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Called after each reading. Never throws: without a watch there is the periodic reading. */
  async follow(root: Root, sink: SourceSink, signal: AbortSignal): Promise<void> {
    const place = `${root.resolved} ${root.inode}`;
    const moved = place !== this.#place;
    if (this.#fault !== undefined) await this.#giveUp(this.#fault, sink);
    const due = this.#armed === undefined && this.#options.clock.elapsed() >= this.#notBeforeMs;
    if (signal.aborted || !(moved || due)) return;
    await this.drop();
    this.#place = place;
    await this.#arm(root, sink);
  }

  async drop(): Promise<void> {
    const armed = this.#armed;
    this.#armed = undefined;
    this.#place = undefined;
    this.#fault = undefined;
    await armed?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drop();
  }

  async #arm(root: Root, sink: SourceSink): Promise<void> {
    const { watcher, hint } = this.#options;
    try {
      const on = {
        hint,
        fault: (error: Error): void => {
          this.#fault = error;
          hint();
        },
      };
      this.#armed = await watcher.watch(root, on);
      // What changed between the reading and now was told to nobody.
      hint();
      if (this.#degraded) sink.degraded(undefined);
      this.#degraded = false;
    } catch (thrown) {
      await this.#giveUp(toError(thrown), sink);
    }
  }

  async #giveUp(error: Error, sink: SourceSink): Promise<void> {
    const armed = this.#armed;
    this.#armed = undefined;
    this.#fault = undefined;
    this.#notBeforeMs = this.#options.clock.elapsed() + REARM_MS;
    await armed?.[Symbol.asyncDispose]();
    if (!this.#degraded) sink.degraded(explain(error));
    this.#degraded = true;
  }
}

function explain(error: Error): string {
  const code = systemCode(error);
  if (code === 'ENOSPC') return 'no inotify watches left (raise fs.inotify.max_user_watches); polling instead';
  if (code === 'EMFILE') return 'no inotify instances or file handles left; polling instead';
  return `the directory cannot be watched (${code === undefined ? error.message : plainReason(error)}); polling instead`;
}

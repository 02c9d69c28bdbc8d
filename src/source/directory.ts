import { resolve } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { TaskGroup } from '../lib/task-group.ts';
import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import type { LoadBytes } from './file-reader.ts';
import type { FileTree } from './file-tree.ts';
import { Hints } from './hints.ts';
import { Ledger } from './ledger.ts';
import { ReadingFailed } from './read-failure.ts';
import { type Memory, NO_MEMORY, type Scan, type ScanOptions, scan } from './scan.ts';
import type { Moment } from './settle.ts';
import type { Desired, Snapshot, Source, SourceSink } from './source.ts';
import { WALK_LIMITS } from './walk.ts';
import { Watch } from './watch.ts';
import type { Watcher } from './watcher.ts';

export interface DirectorySourceOptions {
  readonly path: string;
  readonly tree: FileTree;
  readonly watcher: Watcher;
  readonly clock: Clock;
  readonly load: LoadBytes;
  /** Everything is read this often, hints or not. */
  readonly rescanMs?: number;
  /** How long a manifest must be absent before it counts as deleted. */
  readonly graceMs?: number;
  /** A person confirmed that a directory without any manifest is meant. */
  readonly allowEmpty?: boolean;
}

const DEFAULT_RESCAN_MS = 10_000;
const DEFAULT_GRACE_MS = 300_000;
/** A save makes several events; this long after the last one, or so long after the first, it is read. */
const HINT_QUIET_MS = 50;
const HINT_PATIENCE_MS = 200;
/** A directory that is not there costs nothing to look for. */
const FAILED_RESCAN_MS = 1_000;
/** A mount that hangs must not look like a mount without news. */
const SCAN_DEADLINE_MS = 30_000;
const MIN_RETRY_MS = 50;

/** Manifests in a directory. Events are hints, the periodic reading is the truth, content decides what changed. */
export class DirectorySource implements Source, AsyncDisposable {
  readonly name: string;
  readonly #clock: Clock;
  readonly #scanning: ScanOptions;
  readonly #rescanMs: number;
  readonly #ledger: Ledger;
  readonly #hints: Hints;
  readonly #watch: Watch;
  readonly #tasks: TaskGroup;
  #memory: Memory = NO_MEMORY;
  /** A reading past its deadline that has not come back. */
  #hung: Promise<unknown> | undefined;
  #staleReason: string | undefined;
  #sink: SourceSink | undefined;

  constructor(options: DirectorySourceOptions) {
    const { path, tree, clock, load, graceMs = DEFAULT_GRACE_MS, allowEmpty = false } = options;
    this.name = `dir:${path}`;
    this.#clock = clock;
    this.#scanning = { path: resolve(path), tree, clock, load, limits: WALK_LIMITS };
    this.#rescanMs = options.rescanMs ?? DEFAULT_RESCAN_MS;
    this.#ledger = new Ledger({ graceMs, allowEmpty }, clock.now());
    this.#hints = new Hints(clock);
    this.#watch = new Watch({ watcher: options.watcher, clock, hint: () => this.#hints.give() });
    this.#tasks = new TaskGroup((_, error) => this.#sink?.stale(error));
  }

  get(key: Key): Desired {
    return this.#ledger.get(key);
  }

  recall(last: LoadedManifest): void {
    this.#ledger.recall(last, this.#clock.elapsed());
  }

  keys(): Iterable<Key> {
    return this.#ledger.keys();
  }

  snapshot(): Snapshot {
    return this.#ledger.snapshot;
  }

  /** Has everything read soon, as a hint would. */
  hint(): void {
    this.#hints.give();
  }

  start(sink: SourceSink, signal: AbortSignal): Promise<void> {
    this.#sink = sink;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#tasks.run(this.name, async () => {
      try {
        await this.#run(sink, resolve, signal);
      } catch (thrown) {
        reject(thrown);
        if (!signal.aborted) throw thrown;
      } finally {
        await this.#watch[Symbol.asyncDispose]();
      }
    });
    return promise;
  }

  /** Resolves when everything has ended, once the signal given to `start` was aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tasks[Symbol.asyncDispose]();
  }

  async #run(sink: SourceSink, onFirst: () => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      const againMs = await this.#pass(sink, signal);
      if (this.#staleReason === undefined) onFirst();
      const wait = { maxMs: againMs, quietMs: HINT_QUIET_MS, patienceMs: HINT_PATIENCE_MS };
      await this.#hints.next(wait, signal);
    }
  }

  /** One reading and what follows from it. Returns after how long to read again, hints aside. */
  async #pass(sink: SourceSink, signal: AbortSignal): Promise<number> {
    try {
      const taken = await this.#read(signal);
      if (this.#ledger.isLostMount(taken)) {
        throw new ReadingFailed(`${this.#scanning.path} is empty and not the directory it was: a lost mount?`);
      }
      this.#memory = taken.memory;
      this.#ledger.commit(taken, this.#moment(), sink);
      this.#noteFresh(sink);
      await this.#watch.follow(taken.root, sink, signal);
      return Math.min(this.#rescanMs, Math.max(MIN_RETRY_MS, taken.againMs ?? this.#rescanMs));
    } catch (thrown) {
      signal.throwIfAborted();
      const error = thrown instanceof ReadingFailed ? thrown : unexpected(thrown);
      if (error.missing) await this.#watch.drop();
      this.#ledger.fail(error, this.#moment(), sink);
      this.#noteStale(error, sink);
      return Math.min(this.#rescanMs, FAILED_RESCAN_MS);
    }
  }

  /** A reading with a deadline. One that hangs holds a thread of the process, so none is started beside it. */
  async #read(signal: AbortSignal): Promise<Scan> {
    if (this.#hung !== undefined) throw new ReadingFailed('the file system has not answered for a long time');
    const over = new AbortController();
    const running = scan(this.#scanning, this.#memory, AbortSignal.any([signal, over.signal]));
    const deadline = this.#clock.sleep(SCAN_DEADLINE_MS, AbortSignal.any([signal, over.signal]));
    let late = true;
    try {
      const first = await Promise.race([running.finally(() => (late = false)), deadline]);
      if (first !== undefined) return first;
      throw new ReadingFailed(`the file system did not answer within ${SCAN_DEADLINE_MS / 1_000} s`);
    } finally {
      over.abort();
      deadline.catch(() => {});
      const ended = running.then(
        () => {},
        () => {},
      );
      if (late) this.#hung = ended.then(() => (this.#hung = undefined));
    }
  }

  #moment(): Moment {
    return { wallMs: this.#clock.now(), elapsedMs: this.#clock.elapsed() };
  }

  #noteFresh(sink: SourceSink): void {
    if (this.#staleReason !== undefined) sink.recovered(this.name);
    this.#staleReason = undefined;
  }

  #noteStale(error: Error, sink: SourceSink): void {
    if (this.#staleReason === error.message) return;
    this.#staleReason = error.message;
    sink.stale(error);
  }
}

/** A bug of ours must not end the source: it is reported like any other failure, and tried again. */
function unexpected(thrown: unknown): ReadingFailed {
  return new ReadingFailed(`reading failed: ${toError(thrown).message}`, { cause: thrown });
}

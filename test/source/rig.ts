import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseKey } from '../../src/manifest/key.ts';
import type { ManifestError } from '../../src/manifest/manifest-error.ts';
import { DirectorySource, type DirectorySourceOptions } from '../../src/source/directory.ts';
import { NodeFileTree } from '../../src/source/node-file-tree.ts';
import type { Snapshot, SourceSink } from '../../src/source/source.ts';
import type { WatchEvents, Watcher } from '../../src/source/watcher.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FaultyTree } from './faulty-tree.ts';
import { loadLines, markOf } from './stand-in.ts';

/** Writes down what a source says, as lines such as `changed default/a`. */
export class Journal implements SourceSink {
  lines: string[] = [];
  readonly errors: ManifestError[] = [];

  changed(key: string): void {
    this.lines.push(`changed ${key.replace('default/', '')}`);
  }

  rejected(origin: string, errors: readonly ManifestError[]): void {
    this.errors.push(...errors);
    this.lines.push(`rejected ${origin}: ${errors.map((error) => error.reason).join(' ')}`);
  }

  recovered(origin: string): void {
    this.lines.push(`recovered ${origin}`);
  }

  warned(origin: string): void {
    this.lines.push(`warned ${origin}`);
  }

  stale(error: Error): void {
    this.lines.push(`stale: ${error.message}`);
  }

  degraded(reason: string | undefined): void {
    this.lines.push(`degraded: ${reason ?? 'no more'}`);
  }

  /** What was said since the last call. */
  take(): readonly string[] {
    const lines = this.lines;
    this.lines = [];
    return lines;
  }
}

/** A watcher that says what the test says. */
export class HandWatcher implements Watcher {
  readonly armed: string[] = [];
  open = 0;
  refusal: Error | undefined;
  events: WatchEvents | undefined;

  async watch(root: { readonly resolved: string }, on: WatchEvents): Promise<AsyncDisposable> {
    if (this.refusal !== undefined) throw this.refusal;
    this.armed.push(root.resolved);
    this.events = on;
    this.open++;
    return {
      [Symbol.asyncDispose]: async () => {
        this.open--;
      },
    };
  }
}

/** A temporary directory, a source on `root` in it, and a clock that stands still. */
export class Rig implements AsyncDisposable {
  readonly base = mkdtempSync(join(tmpdir(), 'evenkeel-source-'));
  readonly journal = new Journal();
  readonly watcher = new HandWatcher();
  /** A day ahead of the files' times, so that files look old unless a test says otherwise. */
  readonly clock = new FakeClock(Date.now() + 86_400_000);
  readonly tree: FaultyTree;
  readonly source: DirectorySource;
  readonly #stop = new AbortController();
  started: Promise<void> | undefined;

  constructor(options: Partial<DirectorySourceOptions> = {}, root = 'root') {
    this.tree = new FaultyTree(options.tree ?? new NodeFileTree());
    this.source = new DirectorySource({
      path: join(this.base, root),
      watcher: this.watcher,
      clock: this.clock,
      load: loadLines,
      ...options,
      tree: this.tree,
    });
  }

  path(name: string): string {
    return join(this.base, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true });
  }

  /** As git-sync and the kubelet do it: the new link is made aside and renamed over the old one. */
  relink(name: string, target: string): void {
    symlinkSync(target, this.path(`${name}.new`));
    renameSync(this.path(`${name}.new`), this.path(name));
  }

  /** Starts the source and waits for its first reading that tells something. */
  async start(): Promise<this> {
    this.begin();
    await this.until(() => this.source.snapshot().status !== 'failed');
    await this.started;
    await this.rest();
    return this;
  }

  begin(): void {
    this.started = this.source.start(this.journal, this.#stop.signal);
    this.started.catch(() => {});
  }

  /** Readings one after the other. */
  async read(times = 1): Promise<Snapshot> {
    for (let time = 0; time < times; time++) {
      await this.rest();
      const before = this.source.snapshot();
      this.source.hint();
      await this.until(() => this.source.snapshot() !== before);
      await this.rest();
    }
    return this.source.snapshot();
  }

  /** Lets time pass in steps, with what the file system takes in between. */
  async pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.clock.advance(Math.min(stepMs, ms - passed));
      await this.rest();
    }
  }

  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 5_000; turn++) {
      if (condition()) return;
      await this.rest();
      if (!condition()) await this.clock.advance(20);
    }
    assert.fail(`waited in vain; said so far: ${this.journal.lines.join(', ')}`);
  }

  /** Until the file system has answered everything and nothing new is asked. */
  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 10; quiet++) {
      await nextTurn();
      if (this.tree.pending > 0) quiet = 0;
    }
  }

  value(name: string): string {
    const desired = this.source.get(parseKey(name));
    return desired.kind === 'wanted' ? markOf(desired.loaded) : desired.kind;
  }

  reason(name: string): string {
    const desired = this.source.get(parseKey(name));
    return desired.kind === 'unknown' ? desired.reason : desired.kind;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('test over'));
    await this.source[Symbol.asyncDispose]();
    rmSync(this.base, { recursive: true, force: true });
  }
}

import type { Clock } from '../../src/lib/clock.ts';
import type { Key } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { Desired, Snapshot, Source, SourceSink } from '../../src/source/source.ts';

const HOUR_MS = 3_600_000;

/** A source whose content the test edits; every edit is told at once. */
export class ScriptedSource implements Source {
  readonly name = 'script';
  readonly #clock: Clock;
  readonly #vanishedAt = new Map<Key, number>();
  readonly #desired = new Map<Key, Desired>();
  #sink: SourceSink | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#sink = sink;
    for (const key of this.#desired.keys()) sink.changed(key);
  }

  get(key: Key): Desired {
    return this.#desired.get(key) ?? { kind: 'unknown', reason: 'never seen' };
  }

  /** With all the evidence that a deletion needs, at once. */
  recall(last: LoadedManifest): void {
    if (this.#desired.has(last.key)) return;
    this.#vanishedAt.set(last.key, this.#clock.elapsed());
    this.#set(last.key, deleted(last));
  }

  keys(): Iterable<Key> {
    return this.#desired.keys();
  }

  snapshot(): Snapshot {
    const all = [...this.#desired.values()];
    return {
      status: 'complete',
      revision: 'r',
      takenAt: this.#clock.now(),
      rootIdentity: 'root',
      files: all.length,
      keys: all.filter((desired) => desired.kind === 'wanted').length,
      rejected: 0,
      vanishedLastHour: [...this.#vanishedAt.values()].filter((at) => this.#clock.elapsed() - at < HOUR_MS).length,
    };
  }

  write(loaded: LoadedManifest): void {
    this.#vanishedAt.delete(loaded.key);
    this.#set(loaded.key, { kind: 'wanted', loaded });
  }

  /** With all the evidence that a deletion needs. */
  remove(key: Key): void {
    const before = this.get(key);
    if (before.kind !== 'wanted') throw new Error(`${key} is not wanted`);
    this.#vanishedAt.set(key, this.#clock.elapsed());
    this.#set(key, deleted(before.loaded));
  }

  /** As to a process that starts after the manifest went away. */
  forget(key: Key): void {
    this.#desired.delete(key);
    this.#vanishedAt.delete(key);
  }

  /** The source no longer knows. */
  lose(key: Key, reason = 'the directory cannot be read'): void {
    this.#set(key, { kind: 'unknown', reason });
  }

  #set(key: Key, desired: Desired): void {
    this.#desired.set(key, desired);
    this.#sink?.changed(key);
  }
}

function deleted(last: LoadedManifest): Desired {
  const evidence = { absentSince: 0, confirmedAt: 1, snapshots: 2, rootIdentity: 'root', revision: 'r' };
  return { kind: 'deleted', last, ...evidence };
}

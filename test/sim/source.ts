import type { Key } from '../../src/manifest/key.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { Desired, Snapshot, Source, SourceSink } from '../../src/source/source.ts';
import type { Kernel } from './kernel.ts';
import type { Dice } from './random.ts';
import { EPOCH_MS } from './sim-clock.ts';
import type { Trace } from './trace.ts';
import type { Incarnation } from './transport.ts';

type Want =
  | { readonly kind: 'wanted'; readonly loaded: LoadedManifest }
  | { readonly kind: 'absent'; readonly last: LoadedManifest; readonly sinceMs: number }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface SourceKnobs {
  /** How long until a replica notices a change by itself. */
  readonly noticeMs: readonly [from: number, to: number];
  /** How likely a hint is lost; then the change is noticed with the next full reading. */
  readonly lost: number;
  /** How likely a change is told a second time. */
  readonly twice: number;
  readonly rescanMs: number;
  /** Must a manifest be absent so long before it counts as deleted. */
  readonly graceMs: number;
}

const HOUR_MS = 3_600_000;

/** The place where people keep manifests. Durable. */
export class Manifests {
  readonly #wants = new Map<Key, { readonly want: Want; readonly version: number }>();
  readonly #readers = new Set<ReplicaSource>();
  readonly #trace: Trace;
  readonly #kernel: Kernel;
  #version = 0;

  constructor(kernel: Kernel, trace: Trace) {
    this.#kernel = kernel;
    this.#trace = trace;
  }

  write(loaded: LoadedManifest): void {
    this.#set(loaded.key, { kind: 'wanted', loaded });
  }

  remove(key: Key): void {
    const before = this.#wants.get(key)?.want;
    if (before?.kind !== 'wanted') throw new Error(`${key} is not there to be removed`);
    this.#set(key, { kind: 'absent', last: before.loaded, sinceMs: this.#kernel.now });
  }

  /** The place can no longer be read as far as this key is concerned. */
  lose(key: Key, reason = 'the directory cannot be read'): void {
    this.#set(key, { kind: 'unknown', reason });
  }

  wanted(key: Key): LoadedManifest | undefined {
    const want = this.#wants.get(key)?.want;
    return want?.kind === 'wanted' ? want.loaded : undefined;
  }

  keys(): readonly Key[] {
    return [...this.#wants.keys()];
  }

  /** What somebody who starts now can read: what is gone leaves no trace in a directory. */
  read(): readonly (readonly [Key, Want, number])[] {
    return [...this.#wants]
      .filter(([, { want }]) => want.kind !== 'absent')
      .map(([key, { want, version }]) => [key, want, version] as const);
  }

  latest(key: Key): { readonly want: Want; readonly version: number } | undefined {
    return this.#wants.get(key);
  }

  subscribe(reader: ReplicaSource): void {
    this.#readers.add(reader);
  }

  #set(key: Key, want: Want): void {
    this.#wants.set(key, { want, version: ++this.#version });
    const loaded = want.kind === 'wanted' ? { loaded: want.loaded } : {};
    this.#trace.push({ kind: 'desired', at: this.#kernel.now, key, want: want.kind, ...loaded });
    for (const reader of this.#readers) reader.edited(key);
  }
}

export interface SourceParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly dice: Dice;
  readonly manifests: Manifests;
  readonly knobs: SourceKnobs;
}

/** What one process knows of the manifests: some of it late, some of it twice, each key never backwards. */
export class ReplicaSource implements Source {
  readonly name = 'sim';
  readonly #parts: SourceParts;
  readonly #by: Incarnation;
  readonly #seen = new Map<Key, { readonly desired: Desired; readonly version: number }>();
  /** Keys of which this process had the manifest, or was told of: as to a directory, a file it could never read is none. */
  readonly #held = new Set<Key>();
  readonly #unreadable = new Set<Key>();
  /** When each key went away that has not come back. */
  readonly #vanished = new Map<Key, number>();
  #sink: SourceSink | undefined;
  #draws = 0;

  constructor(parts: SourceParts, by: Incarnation) {
    this.#parts = parts;
    this.#by = by;
  }

  async start(sink: SourceSink): Promise<void> {
    const { manifests } = this.#parts;
    this.#sink = sink;
    manifests.subscribe(this);
    for (const [key, want, version] of manifests.read()) this.#take(key, want, version);
  }

  get(key: Key): Desired {
    return this.#seen.get(key)?.desired ?? { kind: 'unknown', reason: 'never seen' };
  }

  recall(last: LoadedManifest): void {
    if (this.#held.has(last.key)) return;
    this.#held.add(last.key);
    const latest = this.#parts.manifests.latest(last.key);
    this.#absent(last.key, last, latest?.version ?? 0);
  }

  keys(): Iterable<Key> {
    return this.#held;
  }

  snapshot(): Snapshot {
    const keys = [...this.#seen.values()].filter(({ desired }) => desired.kind === 'wanted').length;
    const takenAt = EPOCH_MS + this.#parts.kernel.now;
    const common = {
      status: this.#unreadable.size === 0 ? 'complete' : 'partial',
      revision: 'r',
      rootIdentity: 'root',
      rejected: 0,
      vanishedLastHour: this.#vanishedWithin(HOUR_MS),
    } as const;
    return { ...common, takenAt, files: keys, keys };
  }

  #vanishedWithin(ms: number): number {
    const { now } = this.#parts.kernel;
    return [...this.#vanished.values()].filter((at) => now - at < ms).length;
  }

  /** Hash of the manifest that this process goes by. */
  hashOf(key: Key): string | undefined {
    const desired = this.#seen.get(key)?.desired;
    return desired?.kind === 'wanted' ? desired.loaded.hash : undefined;
  }

  /** Somebody changed something: it is noticed in its own time. */
  edited(key: Key): void {
    if (!this.#by.alive) return;
    const { kernel, dice, knobs } = this.#parts;
    const draw = `source:${this.#by.replica}:${this.#by.number}:${this.#draws++}`;
    const late = dice.unit(`${draw}:lost`) < knobs.lost ? knobs.rescanMs : 0;
    const ms = Math.round(dice.between(`${draw}:notice`, ...knobs.noticeMs)) + late;
    const look = (): void => this.#look(key);
    kernel.after(ms, `${this.#by.replica}/source`, look, this.#by);
    if (dice.unit(`${draw}:twice`) < knobs.twice) {
      kernel.after(ms * 2 + 500, `${this.#by.replica}/source`, () => this.#sink?.changed(key), this.#by);
    }
  }

  /** The newest that is there, whatever the hint was about. */
  #look(key: Key): void {
    const latest = this.#parts.manifests.latest(key);
    if (latest !== undefined) this.#take(key, latest.want, latest.version);
  }

  #take(key: Key, want: Want, version: number): void {
    if ((this.#seen.get(key)?.version ?? -1) >= version) return;
    if (want.kind === 'wanted') {
      this.#vanished.delete(key);
      this.#held.add(key);
    }
    if (want.kind === 'unknown') this.#unreadable.add(key);
    else this.#unreadable.delete(key);
    if (want.kind === 'absent') this.#absent(key, want.last, version);
    else if (want.kind === 'unknown') this.#set(key, { kind: 'unknown', reason: want.reason }, version);
    else this.#set(key, { kind: 'wanted', loaded: want.loaded }, version);
  }

  /** Gone is not deleted: that takes a second look, a grace period later. */
  #absent(key: Key, last: LoadedManifest, version: number): void {
    const { kernel, knobs } = this.#parts;
    if (!this.#held.has(key)) {
      this.#set(key, { kind: 'unknown', reason: 'no manifest of this key was seen since the start' }, version);
      return;
    }
    this.#set(key, { kind: 'unknown', reason: 'just went away' }, version);
    const firstSeenMs = kernel.now;
    this.#vanished.set(key, firstSeenMs);
    const conclude = (): void => {
      if (this.#seen.get(key)?.version !== version) return;
      const evidence = {
        absentSince: EPOCH_MS + firstSeenMs,
        confirmedAt: EPOCH_MS + kernel.now,
        snapshots: 2,
        rootIdentity: 'root',
        revision: 'r',
      };
      this.#set(key, { kind: 'deleted', last, ...evidence }, version);
    };
    kernel.after(knobs.graceMs, `${this.#by.replica}/source`, conclude, this.#by);
  }

  #set(key: Key, desired: Desired, version: number): void {
    if (this.#by.ended === true) return;
    this.#seen.set(key, { desired, version });
    const { trace, kernel } = this.#parts;
    const { replica, number: incarnation } = this.#by;
    const hash = desired.kind === 'wanted' ? { hash: desired.loaded.hash } : {};
    trace.push({ kind: 'seen', at: kernel.now, replica, incarnation, key, want: desired.kind, ...hash });
    this.#sink?.changed(key);
  }
}

import { sha256 } from '../lib/hash.ts';
import type { Key } from '../manifest/key.ts';
import type { LoadedManifest } from '../manifest/load.ts';
import { type AbsenceOptions, Absences, type Witness } from './absence.ts';
import { EMPTY_INVENTORY, type Inventory, isSameReading, type Reading, takeStock } from './inventory.ts';
import type { ReadingFailed } from './read-failure.ts';
import { Reports } from './reports.ts';
import { identityOf, isSamePlace, type Root, revisionOf } from './root.ts';
import type { Scan } from './scan.ts';
import type { Moment } from './settle.ts';
import type { Desired, Snapshot, SourceSink } from './source.ts';

/** What a directory source knows: in force, absent, rejected. Fed with readings, it tells the sink what changed. */
export class Ledger {
  readonly #absences: Absences;
  readonly #reports = new Reports();
  #inventory: Inventory = EMPTY_INVENTORY;
  #reading: Reading = { read: [], withheld: [] };
  /** The place in which each key in force was last really read. */
  readonly #eraOf = new Map<Key, number>();
  #era = 0;
  #root: Root | undefined;
  #snapshot: Snapshot;

  constructor(options: AbsenceOptions, wallMs: number) {
    this.#absences = new Absences(options);
    const counts = { files: 0, keys: 0, rejected: 0, vanishedLastHour: 0 };
    const names = { revision: '', rootIdentity: '' };
    this.#snapshot = { status: 'failed', takenAt: wallMs, ...names, ...counts, reason: 'not read yet' };
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get(key: Key): Desired {
    const loaded = this.#inventory.inForce.get(key);
    if (loaded !== undefined) return { kind: 'wanted', loaded };
    return (
      this.#absences.answer(key) ?? { kind: 'unknown', reason: 'no manifest of this key was seen since the start' }
    );
  }

  recall(last: LoadedManifest, elapsedMs: number): void {
    if (this.#inventory.inForce.has(last.key)) return;
    this.#absences.recall({ last, era: this.#era }, elapsedMs);
  }

  *keys(): Iterable<Key> {
    yield* this.#inventory.inForce.keys();
    yield* this.#absences.keys();
  }

  /** True for a directory that is empty and not the one that had manifests: most likely a lost mount. */
  isLostMount(scan: Scan): boolean {
    if (scan.read.length + scan.withheld.length > 0 || this.#inventory.inForce.size === 0) return false;
    return this.#root === undefined || !isSamePlace(this.#root, scan.root);
  }

  /** A reading that failed changes nothing but the evidence for deletions, which starts anew. */
  fail(error: ReadingFailed, at: Moment, sink: SourceSink): void {
    if (error.missing) this.#leavePlace();
    const names = { rootIdentity: this.#snapshot.rootIdentity, revision: this.#snapshot.revision };
    const seen: Witness = { ...this.#witness(at, names), status: 'failed', reason: error.message };
    this.#finish(seen, this.#snapshot.files, this.#absences.witness(seen, []), sink);
  }

  commit(scan: Scan, at: Moment, sink: SourceSink): void {
    const before = this.#inventory;
    const isNew = !isSameReading(this.#reading, scan);
    if (isNew) this.#inventory = takeStock(before, scan);
    this.#reading = { read: scan.read, withheld: scan.withheld };
    if (this.#root !== undefined && !isSamePlace(this.#root, scan.root)) this.#era++;
    this.#root = scan.root;
    const changed = new Set(this.#changedSince(before));
    const vanished = [...before.inForce.values()]
      .filter((last) => !this.#inventory.inForce.has(last.key))
      .map((last) => ({ last, era: this.#eraOf.get(last.key) ?? -1 }));
    for (const { last } of vanished) changed.add(last.key);
    this.#stampEras(scan);
    const names = { rootIdentity: identityOf(scan.root), revision: revisionOf(scan.root) ?? contentRevision(scan) };
    const seen: Witness = { ...this.#witness(at, names), ...statusOf(scan) };
    for (const key of this.#absences.witness(seen, vanished)) changed.add(key);
    if (isNew) this.#publish(scan, sink);
    this.#finish(seen, scan.read.length + scan.withheld.length, changed, sink);
  }

  /** What stood there is gone. What comes back under its name is another place, even if it looks the same. */
  #leavePlace(): void {
    if (this.#root === undefined) return;
    this.#root = undefined;
    this.#era++;
  }

  #witness(at: Moment, names: { readonly rootIdentity: string; readonly revision: string }): Omit<Witness, 'status'> {
    return { ...at, ...names, era: this.#era, inventory: this.#inventory };
  }

  *#changedSince(before: Inventory): Iterable<Key> {
    for (const [key, now] of this.#inventory.inForce) {
      if (before.inForce.get(key)?.hash !== now.hash) yield key;
    }
  }

  #stampEras(scan: Scan): void {
    const read = new Set(scan.read.flatMap((record) => record.loaded.manifests));
    for (const key of [...this.#eraOf.keys()]) if (!this.#inventory.inForce.has(key)) this.#eraOf.delete(key);
    for (const [key, manifest] of this.#inventory.inForce) if (read.has(manifest)) this.#eraOf.set(key, this.#era);
  }

  #publish(scan: Scan, sink: SourceSink): void {
    const hashes = new Map(scan.read.map((record) => [record.file, record.hash]));
    const open = new Set(scan.withheld.filter((one) => one.error === undefined).map((one) => one.file));
    const about = { contentOf: (file: string) => hashes.get(file) ?? '', isOpen: (file: string) => open.has(file) };
    this.#reports.publish(this.#inventory.errors, about, sink);
  }

  #finish(seen: Witness, files: number, changed: Iterable<Key>, sink: SourceSink): void {
    const { status, revision, rootIdentity, wallMs: takenAt, reason } = seen;
    const { rejected } = this.#reports;
    const vanishedLastHour = this.#absences.vanishedWithin(seen.elapsedMs);
    const counts = { files, keys: this.#inventory.inForce.size, rejected, vanishedLastHour };
    const why = reason === undefined ? {} : { reason };
    this.#snapshot = { status, revision, takenAt, rootIdentity, ...counts, ...why };
    for (const key of changed) sink.changed(key);
  }
}

function statusOf(scan: Scan): Pick<Witness, 'status' | 'reason'> {
  const missing = scan.withheld.filter((one) => one.why !== 'refused');
  const [first] = missing;
  if (first === undefined) return { status: 'complete' };
  const others = missing.length > 1 ? `, and ${missing.length - 1} more` : '';
  return { status: 'partial', reason: `${first.file}: ${first.error?.message ?? 'is being written to'}${others}` };
}

/** Equal for equal files with equal content. */
function contentRevision(scan: Scan): string {
  const lines = scan.read.map((record) => `${record.file} ${record.hash}`);
  return sha256(lines.sort().join('\n')).slice(0, 12);
}

import { parseArn } from '../manifest/arn.ts';
import { checkTogether } from '../manifest/check-together.ts';
import type { Key } from '../manifest/key.ts';
import type { LoadedFile, LoadedManifest } from '../manifest/load.ts';
import type { ManifestError } from '../manifest/manifest-error.ts';
import type { FileRecord } from './file-reader.ts';
import { fileError } from './read-failure.ts';
import type { Withheld } from './walk.ts';

/** The files of one reading. */
export interface Reading {
  readonly read: readonly FileRecord[];
  readonly withheld: readonly Withheld[];
}

/** What is in force after a reading, and what of it is not. */
export interface Inventory {
  readonly inForce: ReadonlyMap<Key, LoadedManifest>;
  /** Per file, everything that keeps part of it out of force, and warnings. */
  readonly errors: ReadonlyMap<string, readonly ManifestError[]>;
  /** Files whose content cannot be told: each might hold any manifest. With the reason. */
  readonly opaque: ReadonlyMap<string, string>;
  /** Keys that an invalid document names as its own, with the file. */
  readonly claimed: ReadonlyMap<Key, string>;
}

/** True when `after` can only lead to what `before` led to: most readings find everything as it was. */
export function isSameReading(before: Reading, after: Reading): boolean {
  if (before.withheld.length + after.withheld.length > 0 || before.read.length !== after.read.length) return false;
  return before.read.every((record, at) => after.read[at]?.loaded === record.loaded);
}

export const EMPTY_INVENTORY: Inventory = {
  inForce: new Map(),
  errors: new Map(),
  opaque: new Map(),
  claimed: new Map(),
};

/**
 * Decides what is in force. A key stays with the file that holds it, as long as that file may still hold it; only
 * then does another file with the same key get its turn. What cannot be read keeps its last good version.
 */
export function takeStock(before: Inventory, reading: Reading): Inventory {
  return new Stocktaking(before, reading).run();
}

class Stocktaking {
  readonly #before: Inventory;
  readonly #files: ReadonlyMap<string, LoadedFile>;
  readonly #withheld: readonly Withheld[];
  readonly #errors = new Map<string, ManifestError[]>();
  readonly #opaque = new Map<string, string>();
  readonly #claimed = new Map<Key, string>();
  readonly #inForce = new Map<Key, LoadedManifest>();
  /** Live service → the key that has it. */
  readonly #services = new Map<string, LoadedManifest>();

  /** Offers that came to nothing, with the error already noted. */
  readonly #refused = new Set<LoadedManifest>();

  constructor(before: Inventory, reading: Reading) {
    this.#before = before;
    this.#withheld = reading.withheld;
    const files = reading.read.map((record) => record.loaded).sort((a, b) => (a.file < b.file ? -1 : 1));
    this.#files = new Map(files.map((file) => [file.file, file]));
  }

  run(): Inventory {
    this.#noteTroubles();
    const candidates = this.#candidates();
    const held = [...this.#before.inForce.values()];
    // Who stays with the live service he has goes before who asks for another one, so that a swap of two works out.
    const [moving, staying] = [true, false].map((moves) =>
      held.filter((one) => this.#moves(one, candidates) === moves),
    );
    for (const one of [...staying!, ...moving!]) this.#stay(one, candidates.get(one.key) ?? []);
    for (const [key, offers] of candidates) if (!this.#inForce.has(key)) this.#admit(key, offers);
    for (const [key, offers] of candidates) this.#refuseDuplicates(key, offers);
    const inForce = new Map([...this.#inForce].sort(([a], [b]) => (a < b ? -1 : 1)));
    this.#warnOfSharing([...inForce.values()]);
    return { inForce, errors: this.#errors, opaque: this.#opaque, claimed: this.#claimed };
  }

  #noteTroubles(): void {
    const emptied = new Set([...this.#before.inForce.values()].map((manifest) => manifest.origin.file));
    for (const file of this.#files.values()) {
      if (file.errors.length > 0) this.#addErrors(file.file, file.errors);
      for (const key of file.claims) this.#claimed.set(key, file.file);
      if (file.opaque) this.#opaque.set(file.file, 'it holds a document that cannot be read');
      if (isBlank(file) && emptied.has(file.file)) this.#noteEmptied(file.file);
    }
    for (const { file, error } of this.#withheld) {
      this.#opaque.set(file, error?.message ?? 'it is being written to');
      if (error !== undefined) this.#addErrors(file, [error]);
    }
  }

  /** A file emptied by accident (a failed save, a full disk) looks just like this. Removing it is how to say it. */
  #noteEmptied(file: string): void {
    this.#opaque.set(file, 'it became empty');
    const help = 'remove the file if its services are to go';
    const message = 'holds no manifest any more; the version before stays in force';
    this.#addErrors(file, [fileError(file, message, { help, reason: 'parse' })]);
  }

  #candidates(): ReadonlyMap<Key, readonly LoadedManifest[]> {
    const all = [...this.#files.values()].flatMap((file) => file.manifests);
    return Map.groupBy(all, (manifest) => manifest.key);
  }

  #moves(held: LoadedManifest, candidates: ReadonlyMap<Key, readonly LoadedManifest[]>): boolean {
    const own = candidates.get(held.key)?.find((offer) => offer.origin.file === held.origin.file);
    return own !== undefined && serviceOf(own) !== serviceOf(held);
  }

  #stay(held: LoadedManifest, offers: readonly LoadedManifest[]): void {
    const { key } = held;
    const own = offers.find((offer) => offer.origin.file === held.origin.file);
    if (own !== undefined && this.#takeService(own)) this.#inForce.set(key, own);
    else if (own !== undefined || this.#mayStillHold(held.origin.file, key)) this.#keep(key, held);
    else if (offers.length === 0 && this.#claimed.has(key)) this.#keep(key, held);
    // Now, not among the newcomers: a manifest that moved to another file is no newcomer.
    else this.#admit(key, offers);
  }

  #keep(key: Key, held: LoadedManifest): void {
    this.#inForce.set(key, held);
    if (!this.#services.has(serviceOf(held))) this.#services.set(serviceOf(held), held);
  }

  #admit(key: Key, offers: readonly LoadedManifest[]): void {
    const first = offers.find((offer) => this.#takeService(offer));
    if (first !== undefined) this.#inForce.set(key, first);
  }

  #mayStillHold(file: string, key: Key): boolean {
    if (this.#opaque.has(file)) return true;
    if (this.#files.get(file)?.claims.includes(key) === true) return true;
    return this.#withheld.some((withheld) => withheld.directory && file.startsWith(`${withheld.file}/`));
  }

  /** False, with an error noted, when another manifest already has this live service. */
  #takeService(manifest: LoadedManifest): boolean {
    const service = serviceOf(manifest);
    const holder = this.#services.get(service);
    if (holder !== undefined && holder.key !== manifest.key) {
      const { cluster, serviceName } = manifest.manifest.spec;
      const what = `the service ${serviceName} in cluster ${cluster} belongs to ${holder.key} (${placeOf(holder)})`;
      this.#addErrors(manifest.origin.file, [duplicate(manifest, 'spec.serviceName', what)]);
      this.#refused.add(manifest);
      return false;
    }
    this.#services.set(service, manifest);
    return true;
  }

  #refuseDuplicates(key: Key, offers: readonly LoadedManifest[]): void {
    const winner = this.#inForce.get(key);
    if (winner === undefined) return;
    for (const offer of offers) {
      if (offer === winner || this.#refused.has(offer)) continue;
      const what = `${key} is already defined in ${placeOf(winner)}`;
      this.#addErrors(offer.origin.file, [duplicate(offer, 'metadata.name', what)]);
    }
  }

  /** What stands in force side by side and still had better not be the same, such as a task definition family. */
  #warnOfSharing(inForce: readonly LoadedManifest[]): void {
    const byFile = Map.groupBy(inForce, (manifest) => manifest.origin.file);
    const files = [...byFile].map(([file, manifests]) => ({ file, manifests, errors: [], claims: [], opaque: false }));
    for (const warning of checkTogether(files)) {
      if (!isError(warning)) this.#addErrors(warning.file, [warning]);
    }
  }

  #addErrors(file: string, errors: readonly ManifestError[]): void {
    this.#errors.set(file, [...(this.#errors.get(file) ?? []), ...errors]);
  }
}

/** Neither manifests nor errors: nothing, blanks or comments. */
function isBlank(file: LoadedFile): boolean {
  return file.manifests.length === 0 && file.claims.length === 0 && !file.errors.some(isError);
}

export function isError(error: ManifestError): boolean {
  return error.severity === 'error';
}

/** Which live service a manifest is about. A cluster may be given by name or by ARN. */
function serviceOf({ manifest: { spec } }: LoadedManifest): string {
  const role = spec.assumeRoleArn === undefined ? undefined : parseArn(spec.assumeRoleArn);
  const account = spec.account ?? role?.account ?? '';
  const cluster = spec.cluster.slice(spec.cluster.lastIndexOf('/') + 1);
  return [account, spec.region, cluster, spec.serviceName].join(' ');
}

function placeOf({ origin }: LoadedManifest): string {
  return `${origin.file}:${origin.line}`;
}

function duplicate(refused: LoadedManifest, path: string, message: string): ManifestError {
  const { file, line } = refused.origin;
  const error = fileError(file, message, { reason: 'duplicate', help: 'one of the two has to go' });
  return { ...error, line, column: 1, path };
}

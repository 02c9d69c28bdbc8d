import type { Clock } from '../lib/clock.ts';
import { sha256 } from '../lib/hash.ts';
import type { LoadedFile } from '../manifest/load.ts';
import { type FileContent, type FileTree, inodeOf, NotAFile, stampOf } from './file-tree.ts';
import { fileError, reasonForOne, Torn } from './read-failure.ts';
import { judge, PATIENCE_MS, QUIET_MS, type Unsettled } from './settle.ts';
import type { FoundFile, Withheld } from './walk.ts';

/** Turns bytes into manifests. Never throws for bad input: what is wrong is in the result. */
export type LoadBytes = (file: string, bytes: Uint8Array) => LoadedFile;

/** The same limit as the manifest parser's. */
export const MAX_FILE_BYTES = 256 * 1024;

/** A file's content in force, and what is needed to see without reading that it is unchanged. */
export interface FileRecord {
  readonly file: string;
  readonly stamp: string;
  readonly inode: string;
  /** False: written to so shortly before it was read that another write could have left the same stamp. */
  readonly stampProves: boolean;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly acceptedMs: number;
  readonly loaded: LoadedFile;
}

export type Finding =
  | { readonly kind: 'read'; readonly record: FileRecord }
  | {
      readonly kind: 'withheld';
      readonly withheld: Withheld;
      readonly unsettled?: Unsettled;
      readonly waitMs?: number;
    };

/** What earlier readings left for one file. */
export interface Past {
  readonly record: FileRecord | undefined;
  readonly unsettled: Unsettled | undefined;
}

export interface FileReader {
  readonly tree: FileTree;
  readonly clock: Clock;
  readonly load: LoadBytes;
}

/** One look at one file. Throws `Torn` and `ReadingFailed` for what concerns more than this file. */
export async function lookAt(reader: FileReader, found: FoundFile, past: Past): Promise<Finding> {
  if (isUnchanged(found, past)) return { kind: 'read', record: past.record! };
  if (found.stat.sizeBytes > MAX_FILE_BYTES) return tooLarge(found, `${found.stat.sizeBytes} bytes`);
  try {
    if ((await reader.tree.realpath(found.path)) !== found.path) throw new Torn(`${found.file} became a link`);
    const content = await reader.tree.read(found.path, MAX_FILE_BYTES);
    if (content.bytes.length > MAX_FILE_BYTES) return tooLarge(found, 'growing');
    return consider(reader, found, content, past);
  } catch (thrown) {
    if (thrown instanceof Torn) throw thrown;
    if (thrown instanceof NotAFile) return withhold(found, 'refused', `refused: ${thrown.message}`);
    return withhold(found, 'unreadable', `cannot be read: ${reasonForOne(found.file, thrown)}`);
  }
}

function isUnchanged(found: FoundFile, { record, unsettled }: Past): boolean {
  return unsettled === undefined && record?.stampProves === true && record.stamp === stampOf(found.stat);
}

function consider(reader: FileReader, found: FoundFile, content: FileContent, past: Past): Finding {
  const { record } = past;
  const now = { wallMs: reader.clock.now(), elapsedMs: reader.clock.elapsed() };
  const touchedAtMs = Number(maxOf(content.after.mtimeNs, content.after.ctimeNs) / 1_000_000n);
  const hash = sha256(content.bytes);
  const stamp = stampOf(content.after);
  const torn = stampOf(content.before) !== stamp;
  const grown = record !== undefined && isGrown(content, record);
  const seen = { hash, stamp, torn, touchedAtMs, grown };
  const verdict = judge(seen, { unsettled: past.unsettled, believed: record }, now);
  if (verdict.kind === 'wait') return unsettledFinding(found, verdict.unsettled, verdict.waitMs, now.elapsedMs);
  const stampProves = now.wallMs - touchedAtMs >= QUIET_MS;
  const same = record?.hash === hash && record.file === found.file;
  const kept = same ? record : { loaded: reader.load(found.file, content.bytes), acceptedMs: now.elapsedMs };
  const { loaded, acceptedMs } = kept;
  const sizeBytes = content.bytes.length;
  const inode = inodeOf(content.after);
  return { kind: 'read', record: { file: found.file, stamp, inode, stampProves, hash, sizeBytes, acceptedMs, loaded } };
}

/** True when the file now holds what was believed before, and more after it, and was not replaced. */
function isGrown({ bytes, after }: FileContent, record: FileRecord): boolean {
  if (inodeOf(after) !== record.inode || bytes.length <= record.sizeBytes) return false;
  return sha256(bytes.subarray(0, record.sizeBytes)) === record.hash;
}

function unsettledFinding(found: FoundFile, unsettled: Unsettled, waitMs: number, elapsedMs: number): Finding {
  const open = { file: found.file, directory: false, why: 'unsettled' } as const;
  if (elapsedMs - unsettled.startedMs < PATIENCE_MS) return { kind: 'withheld', withheld: open, unsettled, waitMs };
  // From here on the periodic reading is often enough.
  const message = `has kept changing for ${PATIENCE_MS / 1_000} s; the version before stays in force until it is at rest`;
  return { kind: 'withheld', withheld: { ...open, error: fileError(found.file, message) }, unsettled };
}

function tooLarge(found: FoundFile, size: string): Finding {
  return withhold(found, 'refused', `refused: larger than ${MAX_FILE_BYTES} bytes (${size})`);
}

function withhold(found: FoundFile, why: Withheld['why'], message: string): Finding {
  const withheld = { file: found.file, directory: false, why, error: fileError(found.file, message) };
  return { kind: 'withheld', withheld };
}

function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

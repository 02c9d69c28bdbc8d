import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FileReader, type FileRecord, type Finding, lookAt } from './file-reader.ts';
import { ReadingFailed, Torn } from './read-failure.ts';
import { type Root, resolveRoot, verifyRoot } from './root.ts';
import { QUIET_MS, type Unsettled } from './settle.ts';
import { type FoundFile, type WalkLimits, type Withheld, walk } from './walk.ts';

/** What readings leave for the next one, by file. */
export interface Memory {
  readonly records: ReadonlyMap<string, FileRecord>;
  readonly unsettled: ReadonlyMap<string, Unsettled>;
}

export const NO_MEMORY: Memory = { records: new Map(), unsettled: new Map() };

/** One reading of the whole directory: everything in it is of one moment, or it was not taken. */
export interface Scan {
  readonly root: Root;
  readonly memory: Memory;
  readonly read: readonly FileRecord[];
  readonly withheld: readonly Withheld[];
  /** How long until a file that is still being written to may be at rest; undefined when there is none. */
  readonly againMs?: number;
}

export interface ScanOptions extends FileReader {
  readonly path: string;
  readonly limits: WalkLimits;
}

const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 20;
/** Looks at files that are being written to, within one reading. */
const SECOND_LOOKS = 2;

/** Throws `ReadingFailed` when it cannot be told what is in the directory. */
export async function scan(options: ScanOptions, memory: Memory, signal: AbortSignal): Promise<Scan> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await scanOnce(options, memory, signal);
    } catch (thrown) {
      if (!(thrown instanceof Torn)) throw thrown;
      if (attempt === ATTEMPTS) {
        throw new ReadingFailed(`${thrown.message}, ${ATTEMPTS} times in a row`, { cause: thrown });
      }
    }
    await options.clock.sleep(BETWEEN_ATTEMPTS_MS, signal);
  }
}

async function scanOnce(options: ScanOptions, memory: Memory, signal: AbortSignal): Promise<Scan> {
  const root = await resolveRoot(options.tree, options.path);
  const { files, withheld } = await walk(options.tree, root.resolved, options.limits, signal);
  const findings = new Map<string, Finding>();
  await lookAtAll(options, files, memory, findings, signal);
  await verifyRoot(options.tree, root);
  return summary(root, findings, withheld, memory);
}

async function lookAtAll(
  options: ScanOptions,
  files: readonly FoundFile[],
  memory: Memory,
  findings: Map<string, Finding>,
  signal: AbortSignal,
): Promise<void> {
  let pending = files;
  let unsettled = memory.unsettled;
  for (let look = 0; look <= SECOND_LOOKS && pending.length > 0; look++) {
    // One pause for all of them together: a checkout of a thousand files is a thousand young files.
    if (look > 0) await options.clock.sleep(QUIET_MS, signal);
    for (const found of pending) {
      signal.throwIfAborted();
      const stat = look === 0 ? found.stat : await again(options, found);
      const past = { record: memory.records.get(found.file), unsettled: unsettled.get(found.file) };
      const finding = await lookAt(options, { ...found, stat }, past);
      findings.set(found.file, finding);
      // Parsing is work for the processor: others get their turn after each file that was parsed.
      if (finding.kind === 'read' && finding.record !== past.record) await nextTurn();
    }
    pending = pending.filter((found) => shouldLookAgain(findings.get(found.file)));
    unsettled = new Map([...unsettled, ...unsettledOf(findings)]);
  }
}

async function again(options: ScanOptions, found: FoundFile): Promise<FoundFile['stat']> {
  try {
    return await options.tree.lstat(found.path);
  } catch (thrown) {
    throw new Torn(`${found.file} went away while it was being read`, { cause: thrown });
  }
}

function shouldLookAgain(finding: Finding | undefined): boolean {
  return finding?.kind === 'withheld' && finding.waitMs !== undefined && finding.waitMs <= QUIET_MS;
}

function* unsettledOf(findings: ReadonlyMap<string, Finding>): Iterable<[string, Unsettled]> {
  for (const [file, finding] of findings) {
    if (finding.kind === 'withheld' && finding.unsettled !== undefined) yield [file, finding.unsettled];
  }
}

function summary(
  root: Root,
  findings: ReadonlyMap<string, Finding>,
  walked: readonly Withheld[],
  before: Memory,
): Scan {
  const records = new Map<string, FileRecord>();
  const read: FileRecord[] = [];
  const withheld = [...walked];
  let againMs = Number.POSITIVE_INFINITY;
  for (const [file, finding] of findings) {
    const record = finding.kind === 'read' ? finding.record : before.records.get(file);
    if (record !== undefined) records.set(file, record);
    if (finding.kind === 'read') {
      read.push(finding.record);
      continue;
    }
    withheld.push(finding.withheld);
    againMs = Math.min(againMs, finding.waitMs ?? againMs);
  }
  const memory = { records, unsettled: new Map(unsettledOf(findings)) };
  return { root, memory, read, withheld, ...(Number.isFinite(againMs) ? { againMs } : {}) };
}

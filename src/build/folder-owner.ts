import { readFile, readlink } from 'node:fs/promises';
import { sha256 } from '../lib/hash.ts';

const PREFIX = 'evenkeel-build-';
const NAME = /^evenkeel-build-(?:(\d{1,10})-(\d{1,20})-([0-9a-f]{12})-)?[A-Za-z0-9]{6}$/;

/** A process, told apart from every other that had or will have its number. */
export interface FolderOwner {
  readonly pid: string;
  /** When it began, in clock ticks since the kernel did: proc(5), field 22 of `stat`. A number used again has another. */
  readonly startTick: string;
  /** Of the running kernel and the namespace that numbers the process: `pid` means nothing in any other. */
  readonly place: string;
}

/** This process. Undefined where there is no `/proc` to tell. */
export async function thisProcess(): Promise<FolderOwner | undefined> {
  try {
    const stat = readStat(await readFile('/proc/self/stat', 'utf8'));
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const place = sha256(`${boot.trim()} ${await readlink('/proc/self/ns/pid')}`).slice(0, 12);
    return { pid: stat.pid, startTick: stat.startTick, place };
  } catch {
    return undefined;
  }
}

/** How the name of a folder begins that the owner makes; `mkdtemp` adds six characters. */
export function folderPrefix(owner: FolderOwner | undefined): string {
  return owner === undefined ? PREFIX : `${PREFIX}${owner.pid}-${owner.startTick}-${owner.place}-`;
}

/** Whether a name is that of a folder of ours, and whose, if it says. */
export function readFolderName(name: string): { readonly owner: FolderOwner | undefined } | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, pid, startTick, place] = match;
  if (pid === undefined || startTick === undefined || place === undefined) return { owner: undefined };
  return { owner: { pid, startTick, place } };
}

/** `unknown`: of another kernel or namespace than `here`, or it cannot be read. */
export async function fateOf(
  owner: FolderOwner | undefined,
  here: FolderOwner | undefined,
): Promise<'alive' | 'gone' | 'unknown'> {
  if (owner === undefined || here === undefined || owner.place !== here.place) return 'unknown';
  try {
    const { startTick, state } = readStat(await readFile(`/proc/${owner.pid}/stat`, 'utf8'));
    // A zombie has ended: nobody has asked yet how.
    return startTick === owner.startTick && !/[ZX]/.test(state) ? 'alive' : 'gone';
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    return code === 'ENOENT' || code === 'ESRCH' ? 'gone' : 'unknown';
  }
}

/** The second field is the program's name in parentheses, which may hold blanks and parentheses itself. */
function readStat(text: string): { readonly pid: string; readonly state: string; readonly startTick: string } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [pid = ''] = text.split(' ');
  const [state = ''] = fields;
  const startTick = fields[19] ?? '';
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(startTick)) throw new Error('stat does not read as proc(5) has it');
  return { pid, state, startTick };
}

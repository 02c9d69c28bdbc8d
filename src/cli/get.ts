import { UsageError } from '../lib/errors.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { EXIT } from './exit-codes.ts';
import { sayObject } from './output.ts';
import { jsonText, statusJson, statusListJson } from './plan-json.ts';
import { isNamed, printNames, printTable } from './print-table.ts';
import { type Session, say } from './session.ts';
import { createStatusReader, type StatusReader } from './statuses.ts';

const WATCH_INTERVAL_MS = 2000;

/** `evenkeel get`: one row a service; with `-w` a row again whenever it changes. */
export async function runGet(session: Session): Promise<number> {
  await using reader = await createStatusReader(session);
  const statuses = await readNamed(session, reader);
  for (const name of session.args) {
    if (!statuses.some((status) => isNamed(status, name))) throw new UsageError(`no service is called '${name}'`);
  }
  if (session.flags.watch === true) return await watch(session, reader, statuses);
  await sayStatuses(session, statuses);
  return EXIT.done;
}

async function readNamed(session: Session, reader: StatusReader): Promise<readonly ServiceStatus[]> {
  const { args, flags } = session;
  const all = await reader.read();
  return all
    .filter((status) => args.length === 0 || args.some((name) => isNamed(status, name)))
    .filter((status) => flags.cluster === undefined || status.cluster === flags.cluster)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

async function sayStatuses(session: Session, statuses: readonly ServiceStatus[]): Promise<void> {
  const { output } = session.flags;
  if (output === 'json' || output === 'yaml') return sayObject(session, statusListJson(statuses));
  say(session, output === 'name' ? printNames(statuses) : tableOf(session, statuses));
}

function tableOf(session: Session, statuses: readonly ServiceStatus[]): string {
  const wide = session.flags.output === 'wide';
  return printTable(statuses, session.screen.stdout, { wide, nowMs: session.terminal.clock.now() });
}

/** Appends rows that changed; never redraws, so that it can be piped. Ends with the signal. */
async function watch(session: Session, reader: StatusReader, first: readonly ServiceStatus[]): Promise<never> {
  const shown = new Map<string, string>();
  for (let statuses = first; ; statuses = await readNamed(session, reader)) {
    const changed = statuses.filter((status) => shown.get(status.key) !== fingerprint(status));
    if (changed.length > 0) sayChanged(session, changed, shown.size > 0);
    for (const status of changed) shown.set(status.key, fingerprint(status));
    await session.terminal.clock.sleep(WATCH_INTERVAL_MS, session.signal);
  }
}

function sayChanged(session: Session, changed: readonly ServiceStatus[], headed: boolean): void {
  if (session.flags.output === 'json') {
    for (const status of changed) say(session, jsonText(statusJson(status), 'line'));
    return;
  }
  const text = session.flags.output === 'name' ? printNames(changed) : tableOf(session, changed);
  say(session, headed && session.flags.output !== 'name' ? text.slice(text.indexOf('\n') + 1) : text);
}

/** What a row shows, and not when it was last looked at. */
function fingerprint(status: ServiceStatus): string {
  const { conditions, sync, health, revision, desired, running, image, suspended } = status;
  const states = conditions.map(({ type, status: state, reason, message }) => [type, state, reason, message]);
  return JSON.stringify([states, sync, health, revision, desired, running, image, suspended]);
}

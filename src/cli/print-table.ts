import type { ConditionType } from '../manifest/conditions.ts';
import { nameOf } from '../manifest/key.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import type { Tone } from './colour.ts';
import type { Look } from './screen.ts';
import { ageText, displayName, oneLine, truncate } from './text.ts';

/** One column: its header, its cell, and how it is toned, if at all. Words carry the meaning; tones repeat it. */
interface Column {
  readonly header: string;
  readonly cell: (status: ServiceStatus, nowMs: number) => string;
  readonly tone?: (cell: string) => Tone | undefined;
}

const NONE = '-';

const COLUMNS: readonly Column[] = [
  { header: 'NAME', cell: (status) => displayName(status.key) },
  { header: 'CLUSTER', cell: (status) => status.cluster },
  { header: 'READY', cell: (status) => conditionOf(status, 'Ready'), tone: truthTone },
  { header: 'SYNCED', cell: syncedOf, tone: truthTone },
  { header: 'REVISION', cell: (status) => revisionNumber(status.revision) },
  { header: 'TASKS', cell: tasksOf },
  { header: 'IMAGE', cell: (status) => shortImage(status.image) },
  { header: 'CHANGED', cell: (status, nowMs) => ageText(changedAt(status), nowMs) },
];
const WIDE_COLUMNS: readonly Column[] = [
  { header: 'HEALTH', cell: (status) => status.health },
  { header: 'MODE', cell: (status) => (status.suspended ? 'suspended' : status.mode) },
  { header: 'GENERATION', cell: (status) => `${status.observedGeneration}/${status.generation}` },
  { header: 'REGION', cell: (status) => status.region },
  { header: 'ACCOUNT', cell: (status) => status.account ?? NONE },
  { header: 'SOURCE', cell: (status) => status.origin },
];
const MESSAGE: Column = { header: 'MESSAGE', cell: messageOf };

export interface TableOptions {
  readonly wide: boolean;
  readonly nowMs: number;
}

/** A table with upper-case headers; the message is cut to the terminal's width, never wrapped. */
export function printTable(statuses: readonly ServiceStatus[], look: Look, options: TableOptions): string {
  if (statuses.length === 0) return 'No services.';
  const columns = options.wide ? [...COLUMNS, ...WIDE_COLUMNS, MESSAGE] : [...COLUMNS, MESSAGE];
  const rows = statuses.map((status) => columns.map(({ cell }) => oneLine(cell(status, options.nowMs)) || NONE));
  const widths = columns.map(({ header }, index) => Math.max(header.length, ...rows.map((row) => row[index]!.length)));
  const headers = columns.map(({ header }) => header);
  return [headers, ...rows].map((cells, row) => line(cells, widths, look, row === 0 ? undefined : columns)).join('\n');
}

function line(
  cells: readonly string[],
  widths: readonly number[],
  look: Look,
  columns: readonly Column[] | undefined,
): string {
  const last = cells.length - 1;
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const room = look.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(10, look.columns - before);
  return cells
    .map((cell, index) => {
      if (index === last) return cell === NONE ? '' : truncate(cell, room, look.symbols.ellipsis);
      const tone = columns?.[index]?.tone?.(cell);
      const padding = ' '.repeat(widths[index]! - cell.length);
      return `${tone === undefined ? cell : look.paint(tone, cell)}${padding}`;
    })
    .join('  ')
    .trimEnd();
}

/** `fargateservice/NAME`, one a line, for `xargs`. */
export function printNames(statuses: readonly ServiceStatus[]): string {
  return statuses.map((status) => `fargateservice/${displayName(status.key)}`).join('\n');
}

/** Whether `name`, as typed, means this service. */
export function isNamed(status: ServiceStatus, name: string): boolean {
  return status.key === name || nameOf(status.key) === name || status.service === name;
}

export function conditionOf(status: ServiceStatus, type: ConditionType): string {
  return status.conditions.find((condition) => condition.type === type)?.status ?? 'Unknown';
}

function syncedOf(status: ServiceStatus): string {
  if (status.sync === 'Unknown') return 'Unknown';
  return status.sync === 'Synced' ? 'True' : 'False';
}

function truthTone(cell: string): Tone | undefined {
  if (cell === 'True') return 'good';
  return cell === 'False' ? 'bad' : 'warning';
}

function revisionNumber(revision: string | undefined): string {
  return revision === undefined ? NONE : revision.slice(revision.lastIndexOf(':') + 1);
}

function tasksOf(status: ServiceStatus): string {
  return status.desired === undefined ? NONE : `${status.running ?? 0}/${status.desired}`;
}

/** Six digits of the digest, or the tag. */
export function shortImage(image: string | undefined): string {
  if (image === undefined) return NONE;
  const digest = /@sha256:([0-9a-f]{6})/.exec(image);
  if (digest !== null) return digest[1]!;
  const name = image.slice(image.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  return colon < 0 ? 'latest' : name.slice(colon + 1);
}

function changedAt(status: ServiceStatus): string | undefined {
  const times = status.conditions.map(({ lastTransitionTime }) => lastTransitionTime);
  return times.toSorted().at(-1);
}

function messageOf(status: ServiceStatus): string {
  const ready = status.conditions.find(({ type }) => type === 'Ready');
  if (status.suspended)
    return ready === undefined || ready.status === 'True' ? 'Suspended' : `Suspended: ${ready.message}`;
  if (ready !== undefined && ready.status !== 'True') return `${ready.reason}: ${ready.message}`;
  const wrong = status.conditions.find((condition) => condition.status === 'False');
  return wrong === undefined ? '' : `${wrong.reason}: ${wrong.message}`;
}

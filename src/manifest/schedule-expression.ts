/**
 * What is wrong with a schedule of Application Auto Scaling; undefined when nothing is. Source: Application Auto
 * Scaling user guide, "Schedule recurring scaling actions using cron expressions" and API reference, PutScheduledAction.
 * Linear in the length of the text.
 */
export function scheduleFault(text: string): string | undefined {
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return 'must be cron(…), rate(…) or at(…)';
  const inner = text.slice(open + 1, -1);
  switch (text.slice(0, open)) {
    case 'cron':
      return cronFault(inner);
    case 'rate':
      return rateFault(inner);
    case 'at':
      return atFault(inner);
    default:
      return 'must be cron(…), rate(…) or at(…)';
  }
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly greatest: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names: readonly string[];
  /** Further characters: `?` alone, `L`, `W`, `#`. */
  readonly extras: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'minutes', least: 0, greatest: 59, names: [], extras: '' },
  { name: 'hours', least: 0, greatest: 23, names: [], extras: '' },
  { name: 'day of month', least: 1, greatest: 31, names: [], extras: '?LW' },
  { name: 'month', least: 1, greatest: 12, names: MONTHS, extras: '' },
  { name: 'day of week', least: 1, greatest: 7, names: DAYS, extras: '?L#' },
  { name: 'year', least: 1970, greatest: 2199, names: [], extras: '' },
];

function cronFault(inner: string): string | undefined {
  const values = inner.split(' ').filter((value) => value !== '');
  if (values.length !== FIELDS.length) return `cron must have six fields, got ${values.length}`;
  for (const [index, field] of FIELDS.entries()) {
    if (!isField(values[index]!, field)) {
      return `the field of the ${field.name} must be from ${field.least} to ${field.greatest}, or one of * , - /${extrasOf(field)}`;
    }
  }
  const free = [values[2], values[4]].filter((value) => value === '?').length;
  return free === 1 ? undefined : 'one of day of month and day of week must be ?, and only one';
}

function extrasOf(field: Field): string {
  return field.extras
    .split('')
    .map((extra) => ` ${extra}`)
    .join('');
}

function isField(text: string, field: Field): boolean {
  if (text === '?') return field.extras.includes('?');
  return text.split(',').every((part) => isPart(part, field));
}

/** `*`, `5`, `1-5`, `MON-FRI`, each with `/step`; `L`, `LW`, `15W`, `6L`, `2#1` where the field has them. */
function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !isNumber(step, 1, field.greatest))) return false;
  if (range === '*') return true;
  const ends = range.split('-');
  if (ends.length === 2) return isValue(ends[0]!, field) && isValue(ends[1]!, field);
  return ends.length === 1 && (isValue(range, field) || (step === undefined && isExtra(range, field)));
}

function isExtra(text: string, field: Field): boolean {
  if (field.extras.includes('W') && (text === 'L' || text === 'LW')) return true;
  if (field.extras.includes('W') && text.endsWith('W')) return isValue(text.slice(0, -1), field);
  if (!field.extras.includes('#')) return false;
  const [day = '', week, ...more] = text.split('#');
  if (week !== undefined) return more.length === 0 && isValue(day, field) && isNumber(week, 1, 5);
  return text === 'L' || (text.endsWith('L') && isValue(text.slice(0, -1), field));
}

function isValue(text: string, field: Field): boolean {
  return isNumber(text, field.least, field.greatest) || field.names.includes(text.toUpperCase());
}

function isNumber(text: string, least: number, greatest: number): boolean {
  if (!/^[0-9]{1,4}$/.test(text)) return false;
  return Number(text) >= least && Number(text) <= greatest;
}

function rateFault(inner: string): string | undefined {
  const match = /^([1-9][0-9]{0,5}) (minutes?|hours?|days?)$/.exec(inner);
  if (match === null) return 'rate must be a whole number and minute(s), hour(s) or day(s)';
  const isOne = match[1] === '1';
  return isOne === match[2]!.endsWith('s')
    ? 'rate must have the unit in the singular for 1, and in the plural otherwise'
    : undefined;
}

function atFault(inner: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/.exec(inner);
  if (match === null) return 'at must be a time such as 2026-12-24T08:00:00';
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && hour < 24 && minute < 60 && second < 60 ? undefined : 'at must be a time that exists';
}

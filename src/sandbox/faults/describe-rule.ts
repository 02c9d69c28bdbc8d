import type { FaultRule } from './fault-rule.ts';

/** One rule in one line: `flaky: server-error, effect now (ecs:UpdateService, probability 0.2)`. */
export function describeRule({ id, when = {}, fault }: FaultRule): string {
  const { kind, ...details } = fault;
  const what = [kind, ...entries(details)].join(', ');
  const { operations, ...others } = when;
  const where = [...(operations ?? []), ...entries(others)].join(', ');
  return `${id === undefined ? '' : `${id}: `}${what}${where === '' ? '' : ` (${where})`}`;
}

function entries(members: object): readonly string[] {
  return Object.entries(members).map(([name, value]) => `${name} ${written(value)}`);
}

function written(value: unknown): string {
  if (typeof value === 'object' && !Array.isArray(value)) return JSON.stringify(value);
  const [first, second, ...more] = [value].flat().map(String);
  const isSpan = Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === 'number');
  return isSpan ? `${first}–${second}` : [first, second, ...more].filter((item) => item !== undefined).join(' or ');
}

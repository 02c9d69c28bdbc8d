import { serialization } from '../refusals.ts';

/** Members that are timestamps on their way in; JSON carries them as epoch seconds. */
const TIMESTAMPS: ReadonlySet<string> = new Set(['StartTime', 'EndTime']);

/** The input of an operation from its JSON body. Throws SerializationException. */
export function parseJson(body: string, api: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw serialization('The request body is not valid JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw serialization('The request body must be a JSON object.');
  }
  return api === 'application-autoscaling' ? withDates(parsed) : withoutNulls(parsed);
}

/** The output as AWS writes it: dates as epoch seconds, absent members left out. */
export function writeJson(output: object): string {
  return JSON.stringify(withSeconds(output));
}

function withDates(input: object): object {
  const entries = Object.entries(withoutNulls(input)).map(([name, value]): [string, unknown] => {
    return [name, TIMESTAMPS.has(name) && typeof value === 'number' ? new Date(value * 1000) : value];
  });
  return Object.fromEntries(entries);
}

/** A member that is null counts as absent. */
function withoutNulls(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSeconds(member)]));
}

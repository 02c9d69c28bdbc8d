import { nearest } from '../lib/suggest.ts';

/** True for the IANA name of a time zone that this Node knows. Offsets such as `+01:00` are no names. */
export function isTimezone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function nearestTimezone(name: string): string | undefined {
  if (name.length > 64) return undefined;
  const first = name.slice(0, 1).toUpperCase();
  return nearest(
    name,
    Intl.supportedValuesOf('timeZone').filter((zone) => zone.startsWith(first)),
  );
}

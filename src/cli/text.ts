import type { JsonValue } from '../lib/json.ts';
import { type Key, nameOf } from '../manifest/key.ts';

/** Control characters but for tab and newline, and the marks that turn the direction of text around. */
const HARMFUL = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/** Text from files and from AWS may carry terminal sequences; on a terminal they must stay letters. */
export function plainText(text: string): string {
  return text.replace(HARMFUL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As `plainText`, and on one line. */
export function oneLine(text: string): string {
  return plainText(text.replace(/\s*[\r\n]+\s*/g, ' '));
}

export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}

/** The name alone in the namespace `default`, else `namespace/name`. */
export function displayName(key: Key): string {
  return key.startsWith('default/') ? nameOf(key) : key;
}

export function truncate(text: string, width: number, ellipsis: string): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - ellipsis.length))}${ellipsis}`;
}

/** A value of a field, as JSON on one line. */
export function valueText(value: JsonValue, width: number, ellipsis: string): string {
  return truncate(plainText(JSON.stringify(value)), width, ellipsis);
}

/** Short, as kubectl has it: `12s`, `5m`, `3h`, `6d`. Empty for a time that is not known or not one. */
export function ageText(iso: string | undefined, nowMs: number): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const seconds = Math.max(0, Math.floor((nowMs - at) / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** `4.1s`, `1m47s`, `2h03m`. */
export function durationText(seconds: number): string {
  if (seconds < 0.05) return '<0.1s';
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${twoDigits(Math.floor((whole % 3600) / 60))}m`;
}

/** `0:38`, `1:02:03`: for a clock that runs on the screen. */
export function stopwatchText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
}

/** `12:04:31`, UTC: logs of several machines must agree. */
export function timeOfDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(11, 19);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDurationMs } from '../../src/cli/flags.ts';
import { ageText, durationText, oneLine, plainText, stopwatchText, truncate } from '../../src/cli/text.ts';

const NOW = Date.UTC(2026, 0, 10);
const AGES: readonly (readonly [number, string])[] = [
  [0, '0s'],
  [59, '59s'],
  [60, '1m'],
  [3599, '59m'],
  [3600, '1h'],
  [86_399, '23h'],
  [86_400, '1d'],
  [-5, '0s'],
];
for (const [seconds, expected] of AGES) {
  test(`${seconds} seconds ago is ${expected}`, () => {
    assert.equal(ageText(new Date(NOW - seconds * 1000).toISOString(), NOW), expected);
  });
}

test('a time that is not known has no age', () => {
  assert.equal(ageText(undefined, NOW), '');
  assert.equal(ageText('yesterday', NOW), '');
});

const DURATIONS: readonly (readonly [number, string])[] = [
  [0.01, '<0.1s'],
  [0.44, '0.4s'],
  [9.9, '9.9s'],
  [59.4, '59s'],
  [107, '1m47s'],
  [3599.6, '1h00m'],
  [7380, '2h03m'],
];
for (const [seconds, expected] of DURATIONS) {
  test(`${seconds} s is written ${expected}`, () => assert.equal(durationText(seconds), expected));
}

test('a stopwatch counts minutes, then hours', () => {
  assert.equal(stopwatchText(38_900), '0:38');
  assert.equal(stopwatchText(3_723_000), '1:02:03');
});

const PARSED: readonly (readonly [string, number | undefined])[] = [
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5m', 90_000],
  ['250ms', 250],
  ['45', 45_000],
  ['', undefined],
  ['5 m', undefined],
  ['-5s', undefined],
  ['5d', undefined],
];
for (const [text, ms] of PARSED) test(`'${text}' is ${ms} ms`, () => assert.equal(parseDurationMs(text), ms));

test('terminal sequences in the words of others stay letters', () => {
  assert.equal(plainText('a\u001b[31mb\u0007\u009b\tc\nd'), 'a\\u001b[31mb\\u0007\\u009b\tc\nd');
  assert.equal(plainText('safe\u202egnp.exe'), 'safe\\u202egnp.exe');
  assert.equal(oneLine('a\r\n  b'), 'a b');
  assert.equal(oneLine('Grüße 👩‍💻'), 'Grüße 👩‍💻');
});

test('what is cut says so and fits', () => {
  assert.equal(truncate('abcdef', 5, '…'), 'abcd…');
  assert.equal(truncate('abcde', 5, '…'), 'abcde');
});

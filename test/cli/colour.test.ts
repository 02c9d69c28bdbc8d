import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColourInput, createPaint, wantsColour } from '../../src/cli/colour.ts';

const CASES: readonly (readonly [string, ColourInput, boolean])[] = [
  ['a terminal gets colour', { env: {}, isTTY: true }, true],
  ['a pipe gets none', { env: {}, isTTY: false }, false],
  ['NO_COLOR switches off', { env: { NO_COLOR: '1' }, isTTY: true }, false],
  ['an empty NO_COLOR says nothing', { env: { NO_COLOR: '' }, isTTY: true }, true],
  ['TERM=dumb switches off', { env: { TERM: 'dumb' }, isTTY: true }, false],
  ['FORCE_COLOR switches on', { env: { FORCE_COLOR: '1' }, isTTY: false }, true],
  ['FORCE_COLOR beats TERM=dumb', { env: { FORCE_COLOR: '1', TERM: 'dumb' }, isTTY: false }, true],
  ['an empty FORCE_COLOR says nothing', { env: { FORCE_COLOR: '' }, isTTY: false }, false],
  ['FORCE_COLOR=0 switches off', { env: { FORCE_COLOR: '0' }, isTTY: true }, false],
  ['NO_COLOR beats FORCE_COLOR', { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, isTTY: true }, false],
  ['--color=always beats everything', { env: { NO_COLOR: '1', TERM: 'dumb' }, isTTY: false, flag: 'always' }, true],
  ['--color=never beats FORCE_COLOR', { env: { FORCE_COLOR: '1' }, isTTY: true, flag: 'never' }, false],
  ['--no-color beats FORCE_COLOR', { env: { FORCE_COLOR: '1' }, isTTY: true, flag: false }, false],
  ['--color=auto decides nothing', { env: {}, isTTY: false, flag: 'auto' }, false],
];

for (const [name, input, expected] of CASES) {
  test(name, () => assert.equal(wantsColour(input), expected));
}

test('paint adds escapes only where colour is wanted', () => {
  assert.equal(createPaint(true)('good', 'x'), '\u001b[32mx\u001b[39m');
  assert.equal(createPaint(false)('good', 'x'), 'x');
  assert.equal(createPaint(true)('good', ''), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideScreen, isCi } from '../../src/cli/screen.ts';
import { ASCII, symbolsFor, UNICODE } from '../../src/cli/symbols.ts';
import { createFakeTerminal } from './support/fake-terminal.ts';

const CI: readonly (readonly [Record<string, string>, boolean])[] = [
  [{}, false],
  [{ CI: 'true' }, true],
  [{ CI: '1' }, true],
  [{ CI: '' }, false],
  [{ CI: 'false', GITHUB_ACTIONS: 'true' }, false],
  [{ CI: '0' }, false],
  [{ GITLAB_CI: 'true' }, true],
  [{ JENKINS_URL: 'http://ci' }, true],
];
for (const [env, expected] of CI) {
  test(`${JSON.stringify(env)} is ${expected ? '' : 'not '}CI`, () => assert.equal(isCi(env), expected));
}

const LIVE: readonly (readonly [string, boolean, Record<string, string>, object, boolean])[] = [
  ['on a terminal', true, {}, {}, true],
  ['on a pipe', false, {}, {}, false],
  ['in CI', true, { CI: '1' }, {}, false],
  ['with --ci', true, {}, { ci: true }, false],
  ['on a dumb terminal', true, { TERM: 'dumb' }, {}, false],
  ['with --quiet', true, {}, { quiet: true }, false],
];
for (const [where, tty, env, flags, expected] of LIVE) {
  test(`${where} the live block is ${expected ? 'drawn' : 'not drawn'}`, () => {
    assert.equal(decideScreen(createFakeTerminal({ tty, env }), flags).live, expected);
  });
}

test('nobody is asked with --no-input or without a terminal', () => {
  assert.equal(decideScreen(createFakeTerminal({ tty: true }), {}).canAsk, true);
  assert.equal(decideScreen(createFakeTerminal({ tty: true }), { input: false }).canAsk, false);
  assert.equal(decideScreen(createFakeTerminal({ tty: false }), {}).canAsk, false);
});

test('the step summary is only for GitHub Actions', () => {
  const env = { GITHUB_STEP_SUMMARY: '/tmp/summary' };
  assert.equal(decideScreen(createFakeTerminal({ env }), {}).stepSummary, undefined);
  const inActions = createFakeTerminal({ env: { ...env, GITHUB_ACTIONS: 'true' } });
  assert.equal(decideScreen(inActions, {}).stepSummary, '/tmp/summary');
});

const SYMBOLS: readonly (readonly [Record<string, string>, object])[] = [
  [{}, UNICODE],
  [{ LANG: 'de_DE.UTF-8' }, UNICODE],
  [{ LANG: 'C' }, ASCII],
  [{ LC_ALL: 'POSIX', LANG: 'de_DE.UTF-8' }, ASCII],
  [{ LC_ALL: '', LANG: 'C.UTF-8' }, UNICODE],
  [{ TERM: 'linux' }, ASCII],
  [{ OS: 'Windows_NT' }, ASCII],
  [{ OS: 'Windows_NT', WT_SESSION: 'x' }, UNICODE],
];
for (const [env, expected] of SYMBOLS) {
  test(`${JSON.stringify(env)} gets ${expected === ASCII ? 'ASCII' : 'Unicode'} marks`, () => {
    assert.equal(symbolsFor(env), expected);
  });
}

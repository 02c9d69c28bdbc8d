import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sealed } from '../../src/lib/sealed.ts';
import { createLog, type Log, type LogLevel } from '../../src/telemetry/log.ts';
import { prettyLine } from '../../src/telemetry/pretty.ts';
import { FakeClock } from '../support/fake-clock.ts';

function logTo(options: { level?: LogLevel; pretty?: boolean } = {}): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const { level = 'info', pretty = false } = options;
  return { log: createLog({ stream, level, pretty, clock: new FakeClock(Date.UTC(2026, 10, 23, 12)) }), lines };
}

test('a line is one JSON object with level, time, code and a message that never varies', () => {
  const { log, lines } = logTo();
  log.info('http.listening', { port: 9090 });
  assert.equal(lines.length, 1);
  assert.ok(lines[0]!.endsWith('}\n'));
  assert.deepEqual(JSON.parse(lines[0]!), {
    level: 'info',
    time: '2026-11-23T12:00:00.000Z',
    code: 'http.listening',
    msg: 'listening',
    port: 9090,
  });
});

test('below the level nothing is written', () => {
  const { log, lines } = logTo({ level: 'warn' });
  log.info('http.listening');
  log.debug('http.listening');
  assert.deepEqual(lines, []);
  log.warn('source.stale');
  assert.equal(lines.length, 1);
});

test('a child adds its fields to every line, its children keep them', () => {
  const { log, lines } = logTo();
  log.child({ key: 'default/web' }).child({ pass: 7 }).info('pass.settled', { seconds: 1 });
  const { key, pass, seconds } = JSON.parse(lines[0]!);
  assert.deepEqual([key, pass, seconds], ['default/web', 7, 1]);
});

const secrets: readonly { name: string; fields: Record<string, unknown>; canary: string }[] = [
  { name: 'an environment', fields: { spec: { environment: { A: 'canary-1' } } }, canary: 'canary-1' },
  { name: 'a password', fields: { dbPassword: 'canary-2' }, canary: 'canary-2' },
  { name: 'a token', fields: { a: [{ sessionToken: 'canary-3' }] }, canary: 'canary-3' },
  { name: 'a secret access key', fields: { secretAccessKey: 'canary-4' }, canary: 'canary-4' },
  { name: 'an access key id in a text', fields: { message: 'key AKIAIOSFODNN7EXAMPLE denied' }, canary: 'AKIAIOSFO' },
  { name: 'a bearer token in a text', fields: { header: 'Authorization: Bearer canary-5' }, canary: 'canary-5' },
  { name: 'the user part of an address', fields: { url: 'https://me:canary-6@example.com/x' }, canary: 'canary-6' },
  { name: 'a signed address', fields: { url: 'https://x/?X-Amz-Signature=canary7&a=1' }, canary: 'canary7' },
  { name: 'an assignment', fields: { message: 'PASSWORD=canary-8 rejected' }, canary: 'canary-8' },
  { name: 'the message of an error', fields: { error: new Error('api_key: canary-9') }, canary: 'canary-9' },
  {
    name: 'the cause of an error',
    fields: { error: new Error('outer', { cause: new Error('token=canary-10') }) },
    canary: 'canary-10',
  },
  { name: 'a sealed value', fields: { input: new Sealed('canary-11') }, canary: 'canary-11' },
];
for (const { name, fields, canary } of secrets) {
  test(`${name} is not shown, in JSON or in lines for people (H24, I34)`, () => {
    for (const pretty of [false, true]) {
      const { log, lines } = logTo({ pretty });
      log.child(fields).error('pass.failed', fields);
      assert.equal(lines.length, 1);
      assert.ok(!lines[0]!.includes(canary), lines[0]);
    }
  });
}

test('an error keeps what explains it', () => {
  const { log, lines } = logTo();
  const error = Object.assign(new TypeError('x is undefined'), { code: 'E1' });
  log.error('pass.failed', { error });
  const logged = JSON.parse(lines[0]!).error;
  assert.deepEqual([logged.type, logged.message, logged.code], ['TypeError', 'x is undefined', 'E1']);
  assert.match(logged.stack, /log\.test\.ts/);
});

test('what cannot be written does not throw: cycles, big integers, toJSON that fails', () => {
  const { log, lines } = logTo();
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const failing = {
    toJSON: () => {
      throw new Error('no');
    },
  };
  log.info('pass.settled', { cycle, big: 1n, symbol: Symbol('s'), nothing: undefined });
  log.info('pass.settled', { failing });
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).code),
    ['pass.settled', 'pass.settled'],
  );
});

test('a field cannot take the place of the code', () => {
  const { log, lines } = logTo();
  log.info('pass.settled', { code: 'forged' });
  assert.equal(JSON.parse(lines[0]!).code, 'pass.settled');
});

test('a text with line feeds and escapes stays one line that cannot draw (H26)', () => {
  for (const pretty of [false, true]) {
    const { log, lines } = logTo({ pretty });
    log.info('pass.settled', { agent: 'a\r\n{"level":"error"}\u001b[2J\u202e' });
    assert.equal(lines[0]!.trimEnd().split(/[\r\n]/).length, 1);
    assert.ok(!lines[0]!.includes('\u001b'));
  }
});

test('the pretty form reads time, level, message, reason, fields', () => {
  const { log, lines } = logTo({ pretty: true });
  log.warn('pass.failed', { key: 'default/web', seconds: 1.5, error: new Error('throttled') });
  assert.equal(lines[0], '12:00:00 warn  pass failed, will retry: throttled key=default/web seconds=1.5\n');
});

test('what is not a line of ours passes through the pretty form', () => {
  for (const line of ['plain text\n', '[1]\n', 'null\n', '{"a":1}\n']) assert.equal(prettyLine(line), line);
});

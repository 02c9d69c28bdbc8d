import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineDisplay } from '../../src/cli/line-display.ts';
import { type Block, LiveDisplay } from '../../src/cli/live-display.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { action, key, PLAIN, result } from './support/builders.ts';
import { MemoryStream } from './support/fake-terminal.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const waiting = { kind: 'waiting', key: key('web'), on: 'tasks' } as const;
const ended = { kind: 'ended', key: key('web'), result: result('web', 'updated') } as const;

test('lines have the time, and silence is broken every 30 seconds', async () => {
  const clock = new FakeClock(NOON);
  const stream = new MemoryStream(false, 80);
  const display = new LineDisplay({ stream, clock });
  display.onEvent(waiting);
  await clock.advance(29_000);
  assert.equal(stream.text, '12:00:00 web: waiting for tasks\n');
  await clock.advance(1000);
  assert.match(stream.text, /\n12:00:30 still under way: web waiting for tasks \(30s\)\n$/);
  await clock.advance(20_000);
  display.onEvent({ ...waiting, on: 'targets' });
  await clock.advance(29_000);
  assert.equal(stream.text.match(/still/g)?.length, 1, 'a line that was printed puts the heartbeat off');
  display.onEvent(ended);
  await clock.advance(120_000);
  assert.equal(stream.text.match(/still/g)?.length, 1, 'nothing under way, nothing to say');
  await display[Symbol.asyncDispose]();
  assert.equal(clock.sleeping, 0);
});

function recordingBlock(drawn: string[]): Block {
  const block = (text: string): void => void drawn.push(text);
  return Object.assign(block, {
    persist: (text: string) => void drawn.push(`stays: ${text}`),
    clear: () => void drawn.push('cleared'),
  });
}

test('the live block is redrawn with the clock, keeps what ended, and gives the cursor back', async () => {
  const clock = new FakeClock(NOON);
  const stream = new MemoryStream(true, 80);
  const drawn: string[] = [];
  const atExit = new Set<() => void>();
  const display = new LiveDisplay({ stream, clock, look: PLAIN, block: recordingBlock(drawn), atExit });
  assert.equal(stream.text, '\u001b[?25l');
  assert.equal(atExit.size, 1, 'a sudden end gives the cursor back too');
  display.onEvent(waiting);
  await clock.advance(1000);
  assert.equal(drawn.length, 5);
  assert.equal(drawn.at(-1), '* web  0:01  waiting for tasks');
  display.onEvent({ kind: 'action-done', key: key('web'), action: action(), seconds: 2 });
  assert.equal(drawn.at(-2), 'stays: ok web  update service agents/web  2.0s');
  display.onEvent(ended);
  assert.deepEqual(drawn.slice(-2), ['stays: ok web  updated (3.0s)', 'cleared']);
  await display[Symbol.asyncDispose]();
  assert.equal(stream.text, '\u001b[?25l\u001b[?25h');
  assert.equal(atExit.size, 0);
  assert.equal(clock.sleeping, 0);
});

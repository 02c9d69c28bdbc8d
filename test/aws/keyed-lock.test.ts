import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyedLock } from '../../src/aws/keyed-lock.ts';

const { signal } = new AbortController();
const turn = (): Promise<void> => new Promise(setImmediate);

test('who gives up waiting does not let the next one overtake the one that runs', async () => {
  const lock = new KeyedLock();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lock.run(
    'k',
    async () => {
      await gate.promise;
      log.push('first');
    },
    signal,
  );
  const leaver = new AbortController();
  const second = lock.run('k', async () => void log.push('second'), leaver.signal);
  leaver.abort(new Error('bye'));
  await assert.rejects(second, /bye/);
  const third = lock.run('k', async () => void log.push('third'), signal);
  await turn();
  assert.deepEqual(log, []);
  gate.resolve();
  await Promise.all([first, third]);
  assert.deepEqual(log, ['first', 'third']);
});

test('an aborted signal runs nothing even when it is its turn', async () => {
  const lock = new KeyedLock();
  let ran = false;
  const run = lock.run(
    'k',
    async () => {
      ran = true;
    },
    AbortSignal.abort(new Error('late')),
  );
  await assert.rejects(run, /late/);
  assert.equal(ran, false);
});

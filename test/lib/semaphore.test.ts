import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Semaphore } from '../../src/lib/semaphore.ts';
import { settle } from '../support/fake-clock.ts';

const never = new AbortController().signal;

test('one that gives up while it waits is rejected at once, and its turn is the next one’s', async () => {
  const semaphore = new Semaphore(1);
  const first = Promise.withResolvers<void>();
  const order: string[] = [];
  const running = semaphore.run(() => first.promise, never);
  const stop = new AbortController();
  const leaving = semaphore.run(async () => order.push('left'), stop.signal);
  const staying = semaphore.run(async () => order.push('stayed'), never);
  stop.abort(new Error('enough'));
  await assert.rejects(leaving, /enough/);
  assert.deepEqual(order, []);
  first.resolve();
  await Promise.all([running, staying]);
  assert.deepEqual(order, ['stayed']);
});

test('a turn that comes in the moment of giving up is not lost', async () => {
  const semaphore = new Semaphore(1);
  const first = Promise.withResolvers<void>();
  const running = semaphore.run(() => first.promise, never);
  const stop = new AbortController();
  const leaving = semaphore.run(async () => undefined, stop.signal);
  const aborting = first.promise.then(() => stop.abort(new Error('enough')));
  first.resolve();
  await Promise.all([running, aborting, assert.rejects(leaving, /enough/)]);
  let entered = false;
  void semaphore.run(async () => {
    entered = true;
  }, never);
  await settle();
  assert.ok(entered);
});

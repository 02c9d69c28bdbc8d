import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyedQueue, type QueueObserver } from '../../src/engine/queue.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const SECOND = 1_000;

function setUp(observer?: QueueObserver): { clock: FakeClock; queue: KeyedQueue<string> } {
  const clock = new FakeClock();
  const backoff = (failures: number): number => failures * 2 * SECOND;
  return { clock, queue: new KeyedQueue({ clock, backoff, ...(observer === undefined ? {} : { observer }) }) };
}

/** Everything that can be taken now, each marked done. */
async function drain(queue: KeyedQueue<string>): Promise<string[]> {
  const taken: string[] = [];
  while (queue.stats().ready > 0) {
    const key = await queue.take();
    assert.ok(key !== undefined);
    taken.push(key);
    queue.done(key);
  }
  return taken;
}

test('keys come out in the order they went in, each once however often it was added', async () => {
  const { queue } = setUp();
  for (const key of ['a', 'b', 'a', 'c', 'b', 'a']) queue.add(key);
  assert.deepEqual(await drain(queue), ['a', 'b', 'c']);
});

test('a key is not handed out again before done', async () => {
  const { queue } = setUp();
  queue.add('a');
  assert.equal(await queue.take(), 'a');
  queue.add('a');
  assert.equal(queue.stats().ready, 0);
  queue.done('a');
  assert.deepEqual(await drain(queue), ['a']);
});

test('a change that arrives during a run causes exactly one more', async () => {
  const { queue } = setUp();
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.add('a');
  queue.addAfter('a', 5 * SECOND);
  queue.done('a');
  assert.deepEqual(await drain(queue), ['a']);
  assert.deepEqual(queue.stats(), { ready: 0, delayed: 0, running: 0, unfinishedSeconds: 0, longestRunningSeconds: 0 });
});

test('a key that becomes dirty again goes behind those who wait', async () => {
  const { queue } = setUp();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await queue.take();
  queue.add('a');
  queue.done('a');
  assert.deepEqual(await drain(queue), ['b', 'c', 'a']);
});

test('a delayed key comes when it is due and not before', async () => {
  const { clock, queue } = setUp();
  queue.addAfter('a', 10 * SECOND);
  await clock.advance(9_999);
  assert.equal(queue.stats().ready, 0);
  await clock.advance(1);
  assert.deepEqual(await drain(queue), ['a']);
});

for (const { name, first, second } of [
  { name: 'when it is added second', first: 10, second: 3 },
  { name: 'when it was added first', first: 3, second: 10 },
]) {
  test(`the earlier of two pending times wins ${name}`, async () => {
    const { clock, queue } = setUp();
    queue.addAfter('a', first * SECOND);
    queue.addAfter('a', second * SECOND);
    await clock.advance(3 * SECOND);
    assert.deepEqual(await drain(queue), ['a']);
    await clock.advance(60 * SECOND);
    assert.deepEqual(await drain(queue), []);
  });
}

test('a run that starts sooner answers the delayed one', async () => {
  const { clock, queue } = setUp();
  queue.addAfter('a', 10 * SECOND);
  queue.add('a');
  assert.deepEqual(await drain(queue), ['a']);
  await clock.advance(60 * SECOND);
  assert.deepEqual(await drain(queue), []);
});

test('a delay asked for during a run holds after it', async () => {
  const { clock, queue } = setUp();
  queue.add('a');
  await queue.take();
  queue.addAfter('a', 5 * SECOND);
  queue.done('a');
  assert.equal(queue.stats().delayed, 1);
  await clock.advance(5 * SECOND);
  assert.deepEqual(await drain(queue), ['a']);
});

test('keys due at one moment come in the order of their times', async () => {
  const { clock, queue } = setUp();
  queue.addAfter('late', 3 * SECOND);
  queue.addAfter('early', 1 * SECOND);
  queue.addAfter('middle', 2 * SECOND);
  await clock.advance(3 * SECOND);
  assert.deepEqual(await drain(queue), ['early', 'middle', 'late']);
});

test('any number of delayed keys keeps one sleep pending', async () => {
  const { clock, queue } = setUp();
  for (let n = 100; n > 0; n--) queue.addAfter(`key-${n}`, n * SECOND);
  assert.equal(clock.sleeping, 1);
  await clock.advance(50 * SECOND);
  assert.equal(clock.sleeping, 1);
  assert.equal(queue.stats().ready, 50);
  await clock.advance(50 * SECOND);
  assert.equal(clock.sleeping, 0);
});

for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, Number.MAX_VALUE]) {
  test(`a delay of ${ms} ms waits, it does not fire at once (I38)`, async () => {
    const { clock, queue } = setUp();
    queue.addAfter('a', ms);
    await clock.advance(24 * 3_600 * SECOND);
    assert.equal(queue.stats().ready, 0);
  });
}

test('wall time jumping changes nothing (I38)', async () => {
  const { clock, queue } = setUp();
  queue.addAfter('a', 10 * SECOND);
  clock.jump(10 * 365 * 86_400 * SECOND);
  await clock.advance(5 * SECOND);
  assert.equal(queue.stats().ready, 0);
  clock.jump(-20 * 365 * 86_400 * SECOND);
  await clock.advance(5 * SECOND);
  assert.equal(queue.stats().ready, 1);
});

test('retry grows with each failure and forget starts over', () => {
  const { queue } = setUp();
  assert.deepEqual([queue.retry('a'), queue.retry('a'), queue.retry('b')], [2 * SECOND, 4 * SECOND, 2 * SECOND]);
  queue.forget('a');
  assert.equal(queue.retry('a'), 2 * SECOND);
});

test('a failing key that keeps being added runs once a second at most (I28)', async () => {
  const { clock, queue } = setUp();
  const runs: number[] = [];
  queue.add('a');
  for (let ms = 0; ms < 10 * SECOND; ms += 50) {
    queue.add('a');
    if (queue.stats().ready > 0) {
      await queue.take();
      runs.push(clock.elapsed());
      queue.add('a');
      queue.retry('a');
      queue.done('a');
    }
    await clock.advance(50);
  }
  assert.equal(runs.length, 10);
  for (let i = 1; i < runs.length; i++) assert.ok(runs[i]! - runs[i - 1]! >= SECOND);
});

test('a waiting take gets the next key, and takers are served in turn', async () => {
  const { queue } = setUp();
  const first = queue.take();
  const second = queue.take();
  queue.add('a');
  queue.add('b');
  assert.deepEqual(await Promise.all([first, second]), ['a', 'b']);
});

test('close drops what waits, wakes every take and frees the timer, and may be repeated', async () => {
  const { clock, queue } = setUp();
  const waiting = [queue.take(), queue.take()];
  queue.addAfter('a', SECOND);
  queue.close();
  queue.close();
  assert.deepEqual(await Promise.all(waiting), [undefined, undefined]);
  assert.equal(clock.sleeping, 0);
  assert.equal(queue.closed, true);
  queue.add('b');
  queue.addAfter('c', SECOND);
  assert.equal(queue.retry('d'), 2 * SECOND);
  assert.equal(await queue.take(), undefined);
  assert.deepEqual(queue.stats(), { ready: 0, delayed: 0, running: 0, unfinishedSeconds: 0, longestRunningSeconds: 0 });
});

test('done for a key that does not run is ignored', async () => {
  const { queue } = setUp();
  queue.add('a');
  queue.done('a');
  assert.deepEqual(await drain(queue), ['a']);
});

test('the observer hears of waits and runs in seconds, and its exceptions go nowhere', async () => {
  const heard: string[] = [];
  const { clock, queue } = setUp({
    added: () => {
      heard.push('added');
      throw new Error('a bug in the metrics');
    },
    taken: (seconds) => heard.push(`taken after ${seconds}`),
    finished: (seconds) => heard.push(`ran ${seconds}`),
    retried: () => heard.push('retried'),
  });
  queue.add('a');
  await clock.advance(2 * SECOND);
  await queue.take();
  await clock.advance(3 * SECOND);
  assert.equal(queue.stats().longestRunningSeconds, 3);
  queue.retry('a');
  queue.done('a');
  assert.deepEqual(heard, ['added', 'taken after 2', 'retried', 'ran 3']);
});

test('whatever the order of calls, no key runs twice at once and none that was added is lost (I21)', async () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key }),
    fc.record({ kind: fc.constant('addAfter' as const), key, ms: fc.integer({ min: -5, max: 5_000 }) }),
    fc.record({ kind: fc.constant('retry' as const), key }),
    fc.record({ kind: fc.constant('take' as const) }),
    fc.record({ kind: fc.constant('done' as const), key }),
    fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, queue } = setUp();
      const running = new Set<string>();
      const owed = new Set<string>();
      const take = async (): Promise<void> => {
        const taken = await queue.take();
        assert.ok(taken !== undefined && !running.has(taken), `${taken} runs twice`);
        running.add(taken);
        owed.delete(taken);
      };
      for (const next of steps) {
        if (next.kind === 'add') queue.add(next.key);
        if (next.kind === 'addAfter') queue.addAfter(next.key, next.ms);
        if (next.kind === 'retry') queue.retry(next.key);
        if (next.kind === 'add' || next.kind === 'addAfter' || next.kind === 'retry') owed.add(next.key);
        if (next.kind === 'take' && queue.stats().ready > 0) await take();
        if (next.kind === 'done' && running.delete(next.key)) queue.done(next.key);
        if (next.kind === 'advance') await clock.advance(next.ms);
        assert.ok(queue.stats().ready + queue.stats().delayed <= 3, 'more waits than there are keys');
      }
      for (const left of running) queue.done(left);
      running.clear();
      await clock.advance(1_000_000);
      while (queue.stats().ready > 0) await take();
      assert.deepEqual([...owed], []);
      assert.equal(clock.sleeping, 0);
    }),
    { numRuns: 60 },
  );
  await settle();
});

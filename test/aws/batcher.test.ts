import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Batcher, type BatcherOptions } from '../../src/aws/batcher.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { signal } = new AbortController();

/** A batcher over words: buckets by first letter, answers with the word in capitals. */
function shouting(clock: FakeClock, more: Partial<BatcherOptions<string, string>> = {}) {
  const batches: string[][] = [];
  const batcher = new Batcher<string, string>(
    {
      name: 'shout',
      idleMs: 10,
      maxWaitMs: 50,
      maxItems: 3,
      bucket: (word) => word.slice(0, 1),
      same: (word) => word,
      execute: async (words) => {
        batches.push([...words]);
        return words.map((word) => ({ status: 'fulfilled', value: word.toUpperCase() }));
      },
      ...more,
    },
    clock,
  );
  return { batcher, batches };
}

test('a batch goes when nothing new came for the idle time', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock);
  const first = batcher.load('a1', signal);
  await clock.advance(9);
  const second = batcher.load('a2', signal);
  await clock.advance(9);
  assert.deepEqual(batches, []);
  await clock.advance(1);
  assert.deepEqual(batches, [['a1', 'a2']]);
  assert.deepEqual(await Promise.all([first, second]), ['A1', 'A2']);
});

test('a batch does not wait longer than the maximum, however steadily more comes', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock, { maxItems: 100 });
  const all: Promise<string>[] = [];
  for (let n = 0; n < 8; n++) {
    all.push(batcher.load(`a${n}`, signal));
    await clock.advance(8);
  }
  assert.equal(batches.length, 1);
  assert.equal(batches[0]?.length, 7);
  await clock.advance(10);
  await Promise.all(all);
});

test('a full batch goes at once, and the next input opens another', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock);
  const all = ['a1', 'a2', 'a3', 'a4'].map((word) => batcher.load(word, signal));
  await clock.advance(0);
  assert.deepEqual(batches, [['a1', 'a2', 'a3']]);
  await clock.advance(10);
  assert.deepEqual(batches[1], ['a4']);
  await Promise.all(all);
});

test('different buckets never share a call', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock);
  const all = ['a1', 'b1', 'a2'].map((word) => batcher.load(word, signal));
  await clock.advance(10);
  assert.deepEqual(batches, [['a1', 'a2'], ['b1']]);
  await Promise.all(all);
});

test('equal inputs are asked once and answered each', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock, { maxItems: 2 });
  const all = ['a1', 'a1', 'a1'].map((word) => batcher.load(word, signal));
  await clock.advance(10);
  assert.deepEqual(batches, [['a1']]);
  assert.deepEqual(await Promise.all(all), ['A1', 'A1', 'A1']);
});

test('an input that comes while its batch is under way is asked again: the answer could be older than the question', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock, { maxItems: 1 });
  await Promise.all([batcher.load('a1', signal), batcher.load('a1', signal)]);
  assert.equal(batches.length, 2);
});

test('a call that fails as a whole fails every caller with its error', async () => {
  const clock = new FakeClock();
  const error = new Error('no');
  const { batcher } = shouting(clock, { execute: () => Promise.reject(error) });
  const all = Promise.allSettled(['a1', 'a2'].map((word) => batcher.load(word, signal)));
  await clock.advance(10);
  assert.deepEqual(await all, [
    { status: 'rejected', reason: error },
    { status: 'rejected', reason: error },
  ]);
});

test('a missing result rejects its caller only', async () => {
  const clock = new FakeClock();
  const { batcher } = shouting(clock, { execute: async () => [{ status: 'fulfilled', value: 'one' }] });
  const all = Promise.allSettled(['a1', 'a2'].map((word) => batcher.load(word, signal)));
  await clock.advance(10);
  const [first, second] = await all;
  assert.equal(first?.status, 'fulfilled');
  assert.match(String(second?.status === 'rejected' && second.reason), /shout: no result/);
});

test('who leaves before the call is not asked for, and an empty batch is not sent', async () => {
  const clock = new FakeClock();
  const { batcher, batches } = shouting(clock);
  const leaver = new AbortController();
  const left = batcher.load('a1', leaver.signal);
  const alone = batcher.load('b1', leaver.signal);
  const stays = batcher.load('a2', signal);
  leaver.abort(new Error('bye'));
  await assert.rejects(left, /bye/);
  await assert.rejects(alone, /bye/);
  await clock.advance(10);
  assert.deepEqual(batches, [['a2']]);
  assert.equal(await stays, 'A2');
  assert.equal(clock.sleeping, 0);
});

test('one of two who want the same may leave without taking it from the other', async () => {
  const clock = new FakeClock();
  const { batcher } = shouting(clock);
  const leaver = new AbortController();
  const left = batcher.load('a1', leaver.signal);
  const stays = batcher.load('a1', signal);
  leaver.abort(new Error('bye'));
  await assert.rejects(left, /bye/);
  await clock.advance(10);
  assert.equal(await stays, 'A1');
});

test('the call is aborted when all its callers have left, and not before', async () => {
  const clock = new FakeClock();
  let inner: AbortSignal | undefined;
  const { batcher } = shouting(clock, {
    maxItems: 2,
    execute: (_words, running) => {
      inner = running;
      return new Promise((_resolve, reject) => running.addEventListener('abort', () => reject(running.reason)));
    },
  });
  const callers = [new AbortController(), new AbortController()];
  const all = callers.map((caller, n) => batcher.load(`a${n}`, caller.signal));
  const ended = Promise.allSettled(all);
  await clock.advance(0);
  callers[0]?.abort(new Error('first'));
  await clock.advance(0);
  assert.equal(inner?.aborted, false);
  callers[1]?.abort(new Error('second'));
  await clock.advance(0);
  assert.equal(inner?.aborted, true);
  assert.deepEqual(
    (await ended).map((result) => result.status === 'rejected' && String(result.reason)),
    ['Error: first', 'Error: second'],
  );
});

test('disposing rejects every caller and aborts what is under way', async () => {
  const clock = new FakeClock();
  let inner: AbortSignal | undefined;
  const { batcher } = shouting(clock, {
    maxItems: 1,
    execute: (_words, running) => {
      inner = running;
      return new Promise(() => {});
    },
  });
  const running = batcher.load('a1', signal);
  await clock.advance(0);
  batcher[Symbol.dispose]();
  await assert.rejects(running, /shout: closed/);
  await assert.rejects(batcher.load('a2', signal), /shout: closed/);
  assert.equal(inner?.aborted, true);
});

test('no caller is lost, answered twice or given the answer of another, whoever comes, leaves or fails', async () => {
  const visit = fc.record({
    afterMs: fc.integer({ min: 0, max: 20 }),
    word: fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 6 })).map(([letter, n]) => `${letter}${n}`),
    leavesAfterMs: fc.option(fc.integer({ min: 0, max: 40 })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(visit, { maxLength: 25 }), fc.integer({ min: 0, max: 30 }), async (visits, tookMs) => {
      const clock = new FakeClock();
      const batches: (readonly string[])[] = [];
      const { batcher } = shouting(clock, {
        execute: async (words, running) => {
          batches.push(words);
          await clock.sleep(tookMs, running);
          return words.map((word) =>
            word.endsWith('0')
              ? { status: 'rejected', reason: word }
              : { status: 'fulfilled', value: word.toUpperCase() },
          );
        },
      });
      const ends = await playVisits(clock, batcher, visits);
      ends.forEach((end, n) => {
        const { word, leavesAfterMs } = visits[n]!;
        if (end.status === 'fulfilled') assert.equal(end.value, word.toUpperCase());
        else if (end.reason !== 'left') assert.equal(end.reason, word);
        else assert.notEqual(leavesAfterMs, null);
      });
      for (const batch of batches) {
        assert.ok(batch.length >= 1 && batch.length <= 3);
        assert.equal(new Set(batch).size, batch.length);
        assert.equal(new Set(batch.map((word) => word[0])).size, 1);
      }
      assert.equal(clock.sleeping, 0);
    }),
    { numRuns: 60 },
  );
});

async function playVisits(
  clock: FakeClock,
  batcher: Batcher<string, string>,
  visits: readonly { afterMs: number; word: string; leavesAfterMs: number | null }[],
): Promise<PromiseSettledResult<string>[]> {
  const calls: Promise<string>[] = [];
  for (const { afterMs, word, leavesAfterMs } of visits) {
    await clock.advance(afterMs);
    const caller = new AbortController();
    const call = batcher.load(word, caller.signal);
    call.catch(() => {});
    calls.push(call);
    if (leavesAfterMs !== null) void clock.sleep(leavesAfterMs, signal).then(() => caller.abort('left'));
  }
  await clock.advance(500);
  return Promise.allSettled(calls);
}

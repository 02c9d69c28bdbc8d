import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CATEGORY_OF, QUOTAS } from '../../src/aws/limits.ts';
import type { OperationName } from '../../src/aws/operations.ts';
import { createPacer, type Pacer } from '../../src/aws/pacer.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { signal } = new AbortController();

/** Asks for `count` turns at once; gives the times at which they came, in seconds. */
async function turns(clock: FakeClock, pacer: Pacer, operation: OperationName, count: number, seconds: number) {
  const times: number[] = [];
  const all = Array.from({ length: count }, async () => {
    await pacer.take(operation, signal);
    times.push(clock.elapsed() / 1000);
  });
  await clock.advance(seconds * 1000);
  await Promise.all(all);
  return times;
}

test('half of the burst goes at once, then half of the rate', async () => {
  const clock = new FakeClock();
  const times = await turns(clock, createPacer(clock), 'ecs:CreateService', 30, 3);
  assert.equal(times.filter((time) => time === 0).length, 25);
  assert.deepEqual(times.slice(25), [0.4, 0.8, 1.2, 1.6, 2]);
});

test('operations of one category share a bucket, those of another do not', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock);
  await turns(clock, pacer, 'ecs:RegisterTaskDefinition', 10, 0);
  let gone = false;
  const taken = pacer.take('ecs:DeregisterTaskDefinition', signal).then(() => {
    gone = true;
  });
  await pacer.take('ecs:DescribeServices', signal);
  await clock.advance(1999);
  assert.equal(gone, false);
  await clock.advance(1);
  await taken;
});

test('share and scale multiply the quota', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock, { share: 1, scale: 2 });
  const times = await turns(clock, pacer, 'ecs:RegisterTaskDefinition', 44, 2);
  assert.equal(times.filter((time) => time === 0).length, 40);
  assert.deepEqual(times.slice(40), [0.5, 1, 1.5, 2]);
});

test('however small the share, one call at a time goes through', async () => {
  const clock = new FakeClock();
  const times = await turns(clock, createPacer(clock, { share: 0.01 }), 'logs:TagResource', 2, 30);
  assert.deepEqual(times, [0, 20]);
});

test('turns come in the order of asking, and who leaves the line keeps no turn', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock);
  await turns(clock, pacer, 'ecs:RegisterTaskDefinition', 10, 0);
  const order: number[] = [];
  const leaver = new AbortController();
  const line = [0, 1, 2].map(async (n) => {
    await pacer.take('ecs:RegisterTaskDefinition', n === 0 ? leaver.signal : signal);
    order.push(n);
  });
  const ended = Promise.allSettled(line);
  await clock.advance(1000);
  leaver.abort(new Error('bye'));
  await clock.advance(3000);
  assert.deepEqual(order, [1, 2]);
  assert.equal((await ended)[0]?.status, 'rejected');
  assert.equal(clock.sleeping, 0);
});

test('throttling empties the bucket and halves the rate, once a second at most, down to a sixteenth', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock, { share: 1 });
  for (let n = 0; n < 10; n++) pacer.report('ecs:DescribeServices', 'throttled');
  assert.deepEqual(await turns(clock, pacer, 'ecs:DescribeServices', 3, 1), [0.1, 0.2, 0.3]);
  for (let n = 0; n < 20; n++) {
    await clock.advance(1000);
    pacer.report('ecs:DescribeServices', 'throttled');
  }
  const from = clock.elapsed() / 1000;
  const times = await turns(clock, pacer, 'ecs:DescribeServices', 2, 3);
  assert.deepEqual(
    times.map((time) => Math.round((time - from) * 1000) / 1000),
    [0.8, 1.6],
  );
});

test('calls that go through bring the rate back, slowly and not beyond', async () => {
  const clock = new FakeClock();
  const pacer = createPacer(clock, { share: 1 });
  pacer.report('ecs:RegisterTaskDefinition', 'throttled');
  for (let n = 0; n < 25; n++) pacer.report('ecs:RegisterTaskDefinition', 'ok');
  const [first] = await turns(clock, pacer, 'ecs:RegisterTaskDefinition', 1, 5);
  assert.ok(first !== undefined && first > 1.3 && first < 1.4, `at three quarters of the rate, not after ${first} s`);
  for (let n = 0; n < 1000; n++) pacer.report('ecs:RegisterTaskDefinition', 'ok');
  await clock.advance(60_000);
  const times = await turns(clock, pacer, 'ecs:RegisterTaskDefinition', 22, 5);
  assert.deepEqual(
    times.map((time) => Math.round(time - 65)),
    [...new Array(20).fill(0), 1, 2],
  );
});

test('in no stretch of time do more calls go than the share allows, whenever they are asked for', async () => {
  const operations = fc.constantFrom(...(Object.keys(CATEGORY_OF) as OperationName[]));
  await fc.assert(
    fc.asyncProperty(
      operations,
      fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 40 }),
      async (name, pauses) => {
        const clock = new FakeClock();
        const pacer = createPacer(clock);
        const times: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause / 10);
          void pacer.take(name, signal).then(() => times.push(clock.elapsed()));
        }
        await clock.advance(120_000);
        assert.equal(times.length, pauses.length);
        const { burst, perSecond } = QUOTAS[CATEGORY_OF[name]];
        for (let from = 0; from < times.length; from++) {
          for (let to = from; to < times.length; to++) {
            const seconds = (times[to]! - times[from]!) / 1000;
            assert.ok(to - from + 1 <= burst / 2 + (perSecond / 2) * seconds + 1e-6);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from '../../src/aws/classify.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { retrying } from '../../src/aws/retry.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { signal } = new AbortController();
const READ = 'ecs:DescribeServices';
const WRITE = 'ecs:UpdateService';

/** Fails with `codes` one after the other, then succeeds; waits are at the ceiling. */
function attempts(operation: string, codes: readonly string[], clock: FakeClock, random = 1, until = signal) {
  const at: number[] = [];
  const retries: number[] = [];
  const result = retrying(
    operation,
    async () => {
      const code = codes[at.length];
      at.push(clock.elapsed());
      if (code !== undefined) throw classify(operation, new AwsFault(code, 'x'));
      return 'done';
    },
    { clock, random: () => random, onRetry: (_error, waitMs) => retries.push(waitMs) },
    until,
  );
  result.catch(() => {});
  return { result, at, retries };
}

for (const [operation, code, repeated] of [
  [READ, 'ThrottlingException', true],
  [READ, 'ECONNRESET', true],
  [READ, 'ServerException', true],
  [READ, 'BrandNewException', true],
  [READ, 'AccessDeniedException', false],
  [READ, 'ExpiredTokenException', false],
  [READ, 'ClusterNotFoundException', false],
  [READ, 'InvalidParameterException', false],
  [READ, 'LimitExceededException', false],
  [WRITE, 'ThrottlingException', true],
  [WRITE, 'ECONNRESET', false],
  [WRITE, 'ECONNREFUSED', false],
  [WRITE, 'ServerException', false],
  [WRITE, 'ServiceNotActiveException', false],
  [WRITE, 'BrandNewException', false],
] as const) {
  test(`${operation} after ${code} is ${repeated ? '' : 'not '}repeated`, async () => {
    const clock = new FakeClock();
    const { result, at } = attempts(operation, [code], clock);
    await clock.advance(5000);
    if (repeated) assert.equal(await result, 'done');
    else await assert.rejects(result);
    assert.equal(at.length, repeated ? 2 : 1);
    assert.equal(clock.sleeping, 0);
  });
}

test('five attempts at most, with waits that double', async () => {
  const clock = new FakeClock();
  const { result, at, retries } = attempts(WRITE, new Array(9).fill('ThrottlingException'), clock);
  await clock.advance(60_000);
  await assert.rejects(result, { name: 'AwsError', kind: 'throttled' });
  assert.deepEqual(at, [0, 1000, 3000, 7000, 15_000]);
  assert.deepEqual(retries, [1000, 2000, 4000, 8000]);
});

test('a dropped connection is tried again sooner than a throttled call', async () => {
  const clock = new FakeClock();
  const { result, at } = attempts(READ, new Array(9).fill('ECONNRESET'), clock);
  await clock.advance(60_000);
  await assert.rejects(result);
  assert.deepEqual(at, [0, 100, 300, 700, 1500]);
});

test('chance decides how much of the wait is waited', async () => {
  const clock = new FakeClock();
  const { result, at } = attempts(READ, ['ThrottlingException', 'ThrottlingException'], clock, 0.25);
  await clock.advance(750);
  assert.equal(await result, 'done');
  assert.deepEqual(at, [0, 250, 750]);
});

test('aborting ends the wait with the reason of the signal, and nothing more is sent', async () => {
  const clock = new FakeClock();
  const caller = new AbortController();
  const { result, at } = attempts(READ, ['ThrottlingException'], clock, 1, caller.signal);
  await clock.advance(500);
  const reason = new Error('shutdown');
  caller.abort(reason);
  await assert.rejects(result, (thrown) => thrown === reason);
  await clock.advance(5000);
  assert.equal(at.length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exponentialBackoff } from '../../src/engine/backoff.ts';
import { seededRandom } from '../../src/lib/random.ts';

const ceilings = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000];

test('without luck the delay is half of a ceiling that doubles from 2 s to 300 s', () => {
  const backoff = exponentialBackoff(() => 0);
  assert.deepEqual(
    ceilings.map((_, index) => backoff(index + 1)),
    ceilings.map((ceiling) => ceiling / 2),
  );
});

test('any number of failures gives a delay from 1 s to 300 s, never below half of its ceiling', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5_000 }), fc.integer(), (failures, seed) => {
      const delay = exponentialBackoff(seededRandom(seed))(failures);
      const ceiling = ceilings[Math.max(0, failures - 1)] ?? 300_000;
      assert.ok(delay >= 1_000 && delay <= 300_000, `${delay}`);
      assert.ok(delay >= ceiling / 2 && delay <= ceiling, `${delay} of ${ceiling}`);
    }),
  );
});

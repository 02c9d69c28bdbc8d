import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureThreshold } from '../../../src/sandbox/ecs/circuit-breaker.ts';

const THRESHOLDS: readonly (readonly [number, { type?: string; value?: number }, number])[] = [
  [1, {}, 3],
  [6, {}, 3],
  [7, {}, 4],
  [25, {}, 13],
  [1000, {}, 200],
  [10, { type: 'BOUNDED_PERCENT', value: 100 }, 10],
  [1000, { type: 'UNBOUNDED_PERCENT', value: 50 }, 500],
  [10, { type: 'COUNT', value: 7 }, 7],
];
for (const [desired, given, expected] of THRESHOLDS) {
  test(`ECS-B4: ${desired} tasks and ${JSON.stringify(given)}: ${expected} failures end a deployment`, () => {
    assert.equal(failureThreshold(desired, given), expected);
  });
}

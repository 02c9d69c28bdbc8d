import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, sameJson } from '../../src/lib/json.ts';

const value = fc.anything({
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
});

test('two values are the same exactly when their canonical texts are', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.equal(sameJson(a, b), canonicalJson(a) === canonicalJson(b));
      assert.ok(sameJson(a, structuredClone(a)));
    }),
    { numRuns: 500 },
  );
});

for (const [a, b, same] of [
  [{ x: undefined, y: 1 }, { y: 1 }, true],
  [{ x: null }, {}, false],
  [{ x: 1, y: 2 }, { y: 2, x: 1 }, true],
  [[undefined], [null], true],
  [undefined, null, true],
  [new Date(0), '1970-01-01T00:00:00.000Z', true],
  [{ toString: 1 }, {}, false],
  [{ a: 1 }, { b: 1 }, false],
  [[1, 2], [2, 1], false],
] as const) {
  test(`${canonicalJson(a)} and ${canonicalJson(b)} are ${same ? '' : 'not '}the same`, () =>
    assert.equal(sameJson(a, b), same));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUOTAS, Quotas } from '../../src/sandbox/limits.ts';

for (const { category, burst, perSecond, operations } of QUOTAS) {
  test(`Q-1: ${category}: ${burst} at once, then ${perSecond} a second, shared by its operations`, () => {
    const quotas = new Quotas();
    const take = (index: number, at: number): boolean => quotas.take('a/r', operations[index % operations.length]!, at);
    for (let index = 0; index < burst; index++) assert.ok(take(index, 0), `call ${index}`);
    assert.equal(take(0, 0), false);
    const later = Math.ceil(1000 / perSecond);
    assert.equal(take(0, later), true);
    if (perSecond <= 1) assert.equal(take(1, later), false);
    assert.equal(quotas.take('a/other', operations[0]!, 0), true);
  });
}

test('Q-1: no operation is in two categories', () => {
  const all = QUOTAS.flatMap(({ operations }) => operations);
  assert.equal(new Set(all).size, all.length);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from '../../src/lib/remembered.ts';

test('the same object and word are answered once, another word or an equal object anew', () => {
  const made: string[] = [];
  const answer = remembered(({ name }: { readonly name: string }, by) => {
    made.push(`${name} ${by}`);
    return { text: `${name} ${by}` };
  });
  const a = { name: 'a' };
  assert.equal(answer(a, 'x'), answer(a, 'x'));
  assert.deepEqual(answer(a, 'y'), { text: 'a y' });
  assert.deepEqual(answer(a, 'x'), { text: 'a x' });
  assert.deepEqual(answer({ name: 'a' }, 'x'), { text: 'a x' });
  assert.deepEqual(made, ['a x', 'a y', 'a x', 'a x']);
});

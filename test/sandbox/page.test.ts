import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PageRequest, paginate } from '../../src/sandbox/page.ts';
import { invalidParameter } from '../../src/sandbox/refusals.ts';

function request(changes: Partial<PageRequest>): PageRequest {
  const none = { token: undefined, size: undefined, rotation: 0 };
  return { ...none, defaultSize: 10, maxSize: 100, refuse: invalidParameter, ...changes };
}

test('W-2: the pages of a listing hold every item once, wherever the listing begins', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 1, max: 20 }), fc.nat(100), (count, size, rotation) => {
      const all = Array.from({ length: count }, (_, index) => index);
      const seen: number[] = [];
      let token: string | undefined;
      do {
        // A later page is asked for when the next listing would begin elsewhere.
        const page = paginate(all, request({ token, size, rotation: token === undefined ? rotation : rotation + 1 }));
        seen.push(...page.items);
        token = page.next;
      } while (token !== undefined);
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        all,
      );
    }),
  );
});

const REFUSED: readonly (readonly [string, Partial<PageRequest>])[] = [
  ['a size of 0', { size: 0 }],
  ['a size above the maximum', { size: 101 }],
  ['a size that is no whole number', { size: 1.5 }],
  ['a token that is none', { token: 'bm90aGluZw==' }],
];
for (const [what, changes] of REFUSED) {
  test(`W-2: ${what} is refused`, () => {
    assert.throws(() => paginate([1, 2], request(changes)), { code: 'InvalidParameterException' });
  });
}

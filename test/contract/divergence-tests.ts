import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODEBUILD_DIVERGENCES } from './codebuild-divergences.ts';
import { DIVERGENCES } from './divergences.ts';
import type { EmulatorName } from './support/emulator.ts';
import type { Of } from './support/of-kind.ts';

/** Each divergence is held to what the table says of this emulator: one that goes away has to leave the table. */
export function divergenceTests(name: EmulatorName, of: Of): void {
  describe('where the two differ', () => {
    for (const divergence of [...DIVERGENCES, ...CODEBUILD_DIVERGENCES]) {
      test(`${divergence.what} (${divergence.right} is right: ${divergence.source})`, async () => {
        assert.deepEqual(await divergence.observe(of()), divergence[name]);
        assert.notDeepEqual(divergence.sandbox, divergence.moto);
      });
    }
  });
}

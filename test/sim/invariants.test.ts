import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleManifest } from '../support/rig.ts';
import { CANARIES } from './canary.ts';
import { asWantedCases } from './invariants/as-wanted.cases.ts';
import type { Cases } from './invariants/cases.ts';
import { concurrencyCases } from './invariants/concurrency.cases.ts';
import { deletionCases } from './invariants/deletion.cases.ts';
import { deploymentsCases } from './invariants/deployments.cases.ts';
import { runOf } from './invariants/hand-made.ts';
import { honestyCases } from './invariants/honesty.cases.ts';
import { idempotencyCases } from './invariants/idempotency.cases.ts';
import { imagesCases } from './invariants/images.cases.ts';
import { ownershipCases } from './invariants/ownership.cases.ts';
import { progressCases } from './invariants/progress.cases.ts';
import { workloadCases } from './invariants/workload.cases.ts';
import { INVARIANTS } from './invariants.ts';
import { web } from './manifests.ts';

const CASES: Cases = {
  ...asWantedCases,
  ...concurrencyCases,
  ...deletionCases,
  ...deploymentsCases,
  ...honestyCases,
  ...idempotencyCases,
  ...imagesCases,
  ...ownershipCases,
  ...progressCases,
  ...workloadCases,
};

for (const invariant of INVARIANTS) {
  const cases = CASES[invariant.id] ?? [];
  test(`${invariant.id} has a trace that violates it`, () => assert.ok(cases.length > 0));
  cases.forEach(({ broken, sound, view, soundView }, index) => {
    test(`${invariant.id}, case ${index + 1}: ${invariant.title}`, () => {
      assert.notDeepEqual(invariant.check(runOf(broken, view)), [], 'the violation is not seen');
      assert.deepEqual(invariant.check(runOf(sound, soundView ?? view)), [], 'what is right is complained of');
    });
  });
}

test('a manifest of the scenarios carries every canary', () => {
  const manifest = JSON.stringify(web().manifest);
  for (const canary of CANARIES) assert.ok(manifest.includes(canary));
  assert.ok(!JSON.stringify(simpleManifest().manifest).includes(CANARIES[0]!));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../src/sandbox/faults/fault-rule.ts';
import { simpleManifest } from '../support/rig.ts';
import { inWorld } from './world.ts';

/** What is wrong with the tasks that run what is asked for, and stays wrong. */
const FAULTS: readonly Fault[] = [
  { kind: 'crash-loop' },
  { kind: 'no-image' },
  { kind: 'never-healthy', afterMs: 1_000 },
  { kind: 'capacity-shortage' },
];
const CHANGES: Readonly<Record<string, object>> = {
  image: { image: { uri: 'example.com/web:2' } },
  'security group': { network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-b'] } },
  both: {
    image: { uri: 'example.com/web:2' },
    network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-b'] },
  },
};
const BREAKERS: Readonly<Record<string, object>> = {
  'a breaker that goes back': {},
  'a breaker that does not go back': { rollout: { circuitBreaker: { enabled: true, rollback: false } } },
  'no breaker': { rollout: { circuitBreaker: { enabled: false, rollback: false } } },
};

for (const [breaker, rollout] of Object.entries(BREAKERS)) {
  for (const [what, change] of Object.entries(CHANGES)) {
    for (const fault of FAULTS) {
      test(`with ${breaker}, a change of ${what} that ends in ${fault.kind} is sent once`, () =>
        inWorld({ config: { resyncMs: 300_000 } }, async (world) => {
          world.write(simpleManifest(rollout));
          await world.untilReady();
          const when = what === 'image' ? { images: ['*/web:2'] } : { securityGroups: ['sg-b'] };
          world.sandbox.faults.order({ when, fault });
          world.mutations();
          world.write(simpleManifest({ ...rollout, ...change }));
          await world.advanceMinutes(180);
          await world.restart();
          await world.advanceMinutes(180);
          assert.equal(world.mutations().filter((operation) => operation === 'ecs:UpdateService').length, 1);
          assert.equal(world.condition('Ready').status, 'False');
        }));
    }
  }
}

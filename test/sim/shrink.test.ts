import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from './faults.ts';
import type { Job } from './jobs.ts';
import { drawKnobs, REFERENCE } from './knobs.ts';
import { Dice } from './random.ts';
import { shrink } from './shrink.ts';

const job: Job = { scenario: 'S02', seed: 7, mode: 'swarm' };
const decisions = Array.from(
  { length: 20 },
  (_, index): Decision => ({ kind: 'call', point: `p${index}`, fault: 'throttle' }),
);
const knobs = drawKnobs(new Dice(7), REFERENCE);
const has = (some: readonly Decision[] | undefined, point: string): boolean =>
  (some ?? []).some((decision) => decision.kind === 'call' && decision.point === point);

test('only the decisions that matter are left, and every knob is at rest', async () => {
  const small = await shrink(
    job,
    { decisions, knobs },
    async (one) => has(one.decisions, 'p3') && has(one.decisions, 'p17'),
  );
  assert.deepEqual(
    (small.decisions ?? []).map((decision) => (decision.kind === 'call' ? decision.point : '')),
    ['p3', 'p17'],
  );
  assert.deepEqual({ policy: small.knobs?.policy, windowMs: small.knobs?.windowMs }, { policy: 'fifo', windowMs: 0 });
  assert.equal(small.mode, 'listed');
});

test('a failure that needs no decision keeps none', async () => {
  const small = await shrink(job, { decisions, knobs }, async () => true);
  assert.deepEqual(small.decisions, []);
});

test('a failure that the decisions do not bring back is left as it was found', async () => {
  assert.deepEqual(await shrink(job, { decisions, knobs }, async () => false), job);
});

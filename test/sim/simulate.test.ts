import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exhaustive, type Job, References, swarmJob } from './jobs.ts';
import { judge, Rejections } from './judge.ts';
import { regressions } from './repro.ts';
import { SCENARIOS } from './scenarios.ts';

const options = { rejections: new Rejections(), references: new References() };
const S04: Job = { scenario: 'S04', seed: 1, mode: 'listed' };

test('the same seed gives the same trace, however the promise jobs are drained', async () => {
  const job = swarmJob(['S02'], 'swarm', 3);
  const hashes = [
    (await judge(job, options)).run.trace.hash(),
    (await judge(job, options)).run.trace.hash(),
    (await judge(job, { ...options, extra: { slow: true } })).run.trace.hash(),
  ];
  assert.equal(new Set(hashes).size, 1);
});

test('another seed gives another trace', async () => {
  const [first, second] = [swarmJob(['S04'], 'swarm', 1), swarmJob(['S04'], 'swarm', 2)];
  const one = await judge(first, options);
  const other = await judge(second, options);
  assert.notEqual(one.run.trace.hash(), other.run.trace.hash());
});

test('a calm run of every scenario breaks nothing', async () => {
  for (const { id } of SCENARIOS) {
    const { violations } = await judge({ scenario: id, seed: 1, mode: 'listed' }, options);
    assert.deepEqual(violations, [], id);
  }
});

test('a crash leaves what was sent to land, and a new process finishes the work', async () => {
  const point = 'r1/ecs:UpdateService/web/1';
  const decisions = [{ kind: 'call', point, fault: 'crash-during' }] as const;
  const { run, violations } = await judge({ ...S04, decisions }, options);
  assert.deepEqual(violations, []);
  assert.deepEqual(
    run.trace.of('life').map(({ what, incarnation }) => `${what} ${incarnation}`),
    ['start 1', 'crash 1', 'start 2'],
  );
  const story = run.index.stories.find(({ call }) => call.point === point);
  assert.equal(story?.answer, undefined);
  assert.equal(story?.effects[0]?.outcome, 'done');
});

test('an effect that lands late lands after its caller was told that it failed', async () => {
  const point = 'r1/ecs:RegisterTaskDefinition/web/1';
  const decisions = [{ kind: 'call', point, fault: 'reset-later' }] as const;
  const { run, violations } = await judge({ ...S04, decisions }, options);
  assert.deepEqual(violations, []);
  const story = run.index.stories.find(({ call }) => call.point === point)!;
  assert.equal(story.answer?.code, 'ETIMEDOUT');
  assert.ok(story.effects[0]!.at > story.answer.at);
});

test('every call of the calm run meets every fault of its kind', async () => {
  const jobs = exhaustive(await options.references.of('S02'));
  const faults = new Set(jobs.map(({ decisions }) => (decisions?.[0]?.kind === 'call' ? decisions[0].fault : '')));
  assert.equal(faults.size, 13);
  assert.ok(jobs.length > 60);
});

test('what was found once does not come back', async () => {
  for (const { file, repro } of regressions()) assert.deepEqual((await judge(repro, options)).violations, [], file);
});

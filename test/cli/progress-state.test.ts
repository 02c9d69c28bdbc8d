import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplyEvent } from '../../src/app/program.ts';
import { applySummaryLine, printEnded, printHeartbeat, printLiveBlock } from '../../src/cli/print-progress.ts';
import { lineOf, NO_PROGRESS, type Progress, reduceProgress, unfinished } from '../../src/cli/progress-state.ts';
import { action, key, PLAIN, result, rollout } from './support/builders.ts';

const START = Date.UTC(2026, 0, 1, 12, 3, 49);
const web = key('web');
const register = action({ resource: 'task-definition', verb: 'register', target: 'web' });

/** Replays events a second apart and collects the lines they are worth. */
function replay(events: readonly ApplyEvent[]): { readonly progress: Progress; readonly lines: readonly string[] } {
  let progress = NO_PROGRESS;
  const lines: string[] = [];
  for (const [index, event] of events.entries()) {
    const after = reduceProgress(progress, event, START + index * 1000);
    const line = lineOf(progress, event, after);
    if (line !== undefined) lines.push(line);
    progress = after;
  }
  return { progress, lines };
}

const story: readonly ApplyEvent[] = [
  { kind: 'action-started', key: web, action: register },
  { kind: 'action-done', key: web, action: register, seconds: 0.4 },
  {
    kind: 'rollout',
    key: web,
    rollout: rollout({ running: 0, pending: 2, message: 'ECS deployment ecs-svc/1 in progress.' }),
  },
  { kind: 'waiting', key: web, on: '2 new tasks' },
  { kind: 'rollout', key: web, rollout: rollout({ running: 0, pending: 2 }) },
  { kind: 'waiting', key: web, on: '2 new tasks' },
  { kind: 'event', key: web, message: '(service web) has started 2 tasks' },
  { kind: 'event', key: web, message: '(service web) has started 2 tasks' },
  { kind: 'rollout', key: web, rollout: rollout({ running: 1, failed: 1, message: 'breaker 1/3' }) },
  { kind: 'waiting', key: web, on: 'the old tasks to drain' },
  { kind: 'ended', key: web, result: result('web', 'updated', { seconds: 107, revision: 'web:43' }) },
];

test('lines are printed only when something changed', () => {
  assert.deepEqual(replay(story).lines, [
    'register task definition web (0.4s)',
    'rollout in progress: 0 of 2 running, 2 pending',
    'waiting for 2 new tasks',
    '(service web) has started 2 tasks',
    'rollout in progress: 1 of 2 running, 1 pending, 1 failed (breaker 1/3)',
    'waiting for the old tasks to drain',
    'updated, web:43 (1m47s)',
  ]);
});

const buildIt = action({ resource: 'image', verb: 'build', target: 'web:1f' });
const told = (kind: 'step' | 'result' | 'log', message: string): ApplyEvent => ({
  kind: 'progress',
  key: web,
  action: buildIt,
  progress: { kind, message },
});
const building: readonly ApplyEvent[] = [
  { kind: 'action-started', key: web, action: buildIt },
  told('step', `step 2/9 RUN ${'x'.repeat(200)}`),
  told('log', 'E: no such\u001b[31m package'),
  told('result', 'built in 41 s'),
];

test('what a build tells is a line each, on one line, and the beginning of one that is long', () => {
  const { lines } = replay(building);
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^image: step 2\/9 RUN x+\.\.\.$/);
  assert.equal(lines[0]?.length, 160);
  assert.deepEqual(lines.slice(1), ['image | E: no such\\u001b[31m package', 'image: built in 41 s']);
});

test('the live block shows the step of a build', () => {
  const { progress } = replay(building.slice(0, 3));
  const block = printLiveBlock(progress, { ...PLAIN, columns: 60 }, { nowMs: START + 5000, rows: 24 });
  assert.match(block, /^\* web {2}0:05 {2}image: step 2\/9 RUN x+/);
});

test('a service found as it should be is not listed, unless it was waited for', () => {
  const unchanged: ApplyEvent = { kind: 'ended', key: web, result: result('web', 'unchanged') };
  assert.deepEqual(replay([unchanged]).lines, []);
  assert.deepEqual(replay([{ kind: 'waiting', key: web, on: 'x' }, unchanged]).lines, [
    'waiting for x',
    'unchanged (3.0s)',
  ]);
});

test('what has ended is no longer under way', () => {
  assert.equal(unfinished(replay(story.slice(0, -1)).progress).length, 1);
  assert.equal(unfinished(replay(story).progress).length, 0);
});

test('the live block shows how far a rollout is and what ECS said last', () => {
  const { progress } = replay(story.slice(0, 9));
  assert.equal(
    printLiveBlock(progress, { ...PLAIN, columns: 140 }, { nowMs: START + 38_000, rows: 24 }),
    `* web  #####.....  0:38  rollout in progress: 1 of 2 running, 1 pending, 1 failed (breaker 1/3), waiting for 2 new tasks
    12:03:56 (service web) has started 2 tasks`,
  );
});

test('the live block never outgrows the terminal', () => {
  const many = Array.from({ length: 50 }, (_, index): ApplyEvent => {
    return { kind: 'event', key: key(`s${index}`), message: 'x'.repeat(200) };
  });
  const lines = printLiveBlock(replay(many).progress, { ...PLAIN, columns: 60 }, { nowMs: START, rows: 10 }).split(
    '\n',
  );
  assert.ok(lines.length < 10);
  assert.ok(lines.every((line) => line.length < 60));
  assert.equal(lines.at(-1), '  and 46 more under way');
});

test('the heartbeat names three services and counts the rest', () => {
  assert.equal(printHeartbeat(replay(story).progress, START), undefined);
  const five = Array.from(
    { length: 5 },
    (_, index): ApplyEvent => ({ kind: 'waiting', key: key(`s${index}`), on: 'x' }),
  );
  assert.equal(
    printHeartbeat(replay(five).progress, START + 64_000),
    'still under way: s0 waiting for x (1m04s); s1 waiting for x (1m03s); s2 waiting for x (1m02s); and 2 more',
  );
});

const ENDS: readonly (readonly [Parameters<typeof result>[1], string])[] = [
  ['created', 'ok web  created (3.0s)'],
  ['rolled-back', 'x web  ROLLED BACK to the old revision (3.0s)'],
  ['failed', 'x web  FAILED, not rolled back (3.0s)'],
  ['timed-out', 'x web  TIMED OUT, outcome unknown (3.0s)'],
  ['refused', '! web  left alone (3.0s)'],
  ['left', '! web  sent, not waited for (3.0s)'],
];
for (const [outcome, expected] of ENDS) {
  test(`a service that ends ${outcome} says so in words`, () => {
    assert.equal(printEnded(result('web', outcome), PLAIN), expected);
  });
}

test('the last line of an apply counts what was done and what went wrong', () => {
  const results = [
    result('a', 'created'),
    result('b', 'updated'),
    result('c', 'rolled-back'),
    result('d', 'unchanged'),
  ];
  assert.equal(
    applySummaryLine({ results, seconds: 196 }),
    'Applied: 1 created, 1 updated, 0 deleted, 1 rolled back in 3m16s.',
  );
});

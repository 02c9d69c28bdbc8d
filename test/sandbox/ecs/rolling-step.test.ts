import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Fleet, type RollingStep, rollingStep } from '../../../src/sandbox/ecs/rolling-step.ts';

const NONE: RollingStep = { start: 0, stopPrimary: 0, stopUnstarted: 0, stopOld: 0, stuck: false };

function fleet(changes: Partial<Fleet>): Fleet {
  const counts = { primaryLive: 0, primaryHealthy: 0, oldLive: 0, oldHealthy: 0, oldUnstarted: 0 };
  return { desired: 2, minimumHealthyPercent: 100, maximumPercent: 200, ...counts, held: false, ...changes };
}

const STEPS: readonly (readonly [string, Partial<Fleet>, Partial<RollingStep>])[] = [
  ['a first deployment starts all', {}, { start: 2 }],
  ['at 200 % all new ones start beside the old', { oldLive: 2, oldHealthy: 2 }, { start: 2 }],
  ['the upper limit rounds down', { desired: 3, maximumPercent: 150, oldLive: 3, oldHealthy: 3 }, { start: 1 }],
  ['nothing old stops while nothing new is healthy', { primaryLive: 2, oldLive: 2, oldHealthy: 2 }, {}],
  [
    'each healthy new one lets an old one go',
    { primaryLive: 2, primaryHealthy: 1, oldLive: 2, oldHealthy: 2 },
    { stopOld: 1 },
  ],
  [
    'without room above, room is made below',
    { minimumHealthyPercent: 50, maximumPercent: 100, oldLive: 2, oldHealthy: 2 },
    { stopOld: 1 },
  ],
  [
    'the lower limit rounds up',
    { desired: 3, minimumHealthyPercent: 50, maximumPercent: 100, oldLive: 3, oldHealthy: 3 },
    { stopOld: 1 },
  ],
  [
    'one task at 100 and 150 % can never roll',
    { desired: 1, maximumPercent: 150, oldLive: 1, oldHealthy: 1 },
    { stuck: true },
  ],
  ['old tasks that do not run yet make room at once', { oldLive: 2, oldUnstarted: 2 }, { start: 2, stopUnstarted: 2 }],
  ['a smaller count stops surplus tasks', { desired: 1, primaryLive: 3, primaryHealthy: 3 }, { stopPrimary: 2 }],
  [
    'a count of 0 stops all',
    { desired: 0, primaryLive: 2, primaryHealthy: 2, oldLive: 1, oldHealthy: 1 },
    { stopPrimary: 2, stopOld: 1 },
  ],
  ['a failed or pausing deployment starts nothing and keeps the old', { held: true, oldLive: 2, oldHealthy: 2 }, {}],
];
for (const [what, given, expected] of STEPS) {
  test(`ECS-R3: ${what}`, () => {
    assert.deepEqual(rollingStep(fleet(given)), { ...NONE, ...expected });
  });
}

const fleets = fc
  .record({
    desired: fc.integer({ min: 1, max: 20 }),
    minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 200 }),
  })
  .map((it) => fleet({ ...it, oldLive: it.desired, oldHealthy: it.desired }));

test('ECS-R4: a rollout within the limits ends, or says that it is stuck', () => {
  fc.assert(
    fc.property(fleets, (start) => {
      let now = start;
      const most = Math.floor((now.desired * now.maximumPercent) / 100);
      const least = Math.ceil((now.desired * now.minimumHealthyPercent) / 100);
      for (let turn = 0; turn < 100 && (now.oldLive > 0 || now.primaryHealthy < now.desired); turn++) {
        const step = rollingStep(now);
        if (step.stuck) {
          assert.ok(most <= now.desired && least >= now.desired, 'stuck only where no step is allowed');
          return;
        }
        const oldHealthy = now.oldHealthy - step.stopOld;
        const oldLive = now.oldLive - step.stopOld;
        const primaryLive = now.primaryLive + step.start - step.stopPrimary;
        assert.ok(primaryLive + oldLive <= most + step.stopOld, 'never more than the upper limit');
        assert.ok(now.primaryHealthy + oldHealthy >= least, 'never fewer healthy than the lower limit');
        now = { ...now, oldLive, oldHealthy, primaryLive, primaryHealthy: primaryLive };
      }
      assert.deepEqual([now.oldLive, now.primaryHealthy], [0, now.desired]);
    }),
  );
});

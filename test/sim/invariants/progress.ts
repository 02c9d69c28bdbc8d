import type { Finding, Invariant } from '../invariant.ts';
import type { LandedWrite, RunIndex } from '../run-index.ts';
import type { PassEvent } from '../trace.ts';
import { thingOfCall, touches } from './about.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const noNeedlessWrites: Invariant = {
  id: 'I4',
  title: 'when nothing differs nothing is written; every needless write is explained by something that went wrong',
  check(run) {
    const needless = run.landed
      .filter(({ effect }) => effect.changed === false)
      .filter((write) => !run.view.hides || !isOutOfSight(run, write));
    // A write repeated after a fault is two at most: the change and its stamp.
    const late = run.stories.filter((story) => story.call.write && run.isLate(story)).length;
    const excuses = 2 * (run.view.trace.of('fault').length + late) + crashes(run);
    const first = unexplained(run, needless)[excuses];
    if (first === undefined) return [];
    const { call, effect } = first;
    return [
      {
        at: effect.at,
        message: `${call.operation} of ${call.target} changed nothing (${needless.length} such writes)`,
      },
    ];
  },
};

/** How long what was just made may not be shown, and how long a pass that looked by then may take. */
const OUT_OF_SIGHT_MS = 40_000;
const MAKES =
  /^(ecs:CreateService|logs:CreateLogGroup|application-autoscaling:(RegisterScalableTarget|PutScalingPolicy))$/;

/** What was made a moment ago may not be shown: the same again changes nothing, for that it has its name or its token. */
function isOutOfSight(run: RunIndex, { call, effect }: LandedWrite): boolean {
  if (call.operation === 'ecs:CreateService') return true;
  if (!MAKES.test(call.operation) && call.operation !== 'logs:PutRetentionPolicy') return false;
  return run.landed.some(
    (made) =>
      made.effect.changed !== false &&
      MAKES.test(made.call.operation) &&
      made.call.target === call.target &&
      made.effect.at <= effect.at &&
      effect.at - made.effect.at <= OUT_OF_SIGHT_MS,
  );
}

/** Without one for each time that somebody else did something to that very thing before. */
function unexplained(run: RunIndex, needless: readonly LandedWrite[]): readonly LandedWrite[] {
  const byThing = Map.groupBy(needless, ({ call }) => thingOfCall(call));
  return [...byThing].flatMap(([thing, writes]) =>
    writes.filter(({ effect }, index) => index >= touches(run, thing, 0, effect.at)),
  );
}

function crashes(run: RunIndex): number {
  return run.view.trace.of('life').filter(({ what }) => what === 'crash').length;
}

export const staysStable: Invariant = {
  id: 'I24',
  title: 'once everything is as wanted, nothing is written any more',
  check(run) {
    const { quietFrom } = run.view;
    if (quietFrom === 0) return [];
    return run.stories
      .filter(({ call }) => call.write && call.at > quietFrom)
      .slice(0, 3)
      .map(({ call }) => ({ at: call.at, message: `${call.operation} of ${call.target} was sent in the quiet` }));
  },
};

/** The passes of each key in each process, in order. */
function passesByKey(run: RunIndex): readonly (readonly PassEvent[])[] {
  const passes = new Map<string, PassEvent[]>();
  for (const event of run.view.trace.of('pass')) {
    const name = `${event.replica}/${event.incarnation}/${event.key}`;
    const known = passes.get(name);
    if (known === undefined) passes.set(name, [event]);
    else known.push(event);
  }
  return [...passes.values()];
}

export const fairness: Invariant = {
  id: 'I27',
  title: 'a healthy key is looked at again within two resyncs, whatever the others do',
  check(run) {
    const { knobs } = run.view;
    const most = (2 * knobs.resyncMs) / 0.8 + 20 * knobs.windowMs + knobs.passTimeoutMs / 0.8;
    return passesByKey(run).flatMap((passes) =>
      passes.flatMap((pass, index): Finding[] => {
        const next = passes[index + 1];
        if (pass.result !== 'settled' || next === undefined || next.at - pass.at <= most) return [];
        return [{ at: next.at, message: `${pass.key} was left alone for ${next.at - pass.at} ms` }];
      }),
    );
  },
};

export const boundedEffort: Invariant = {
  id: 'I28',
  title: 'failing passes are a second apart and at most thirty an hour after ten minutes of failing',
  check(run) {
    return passesByKey(run).flatMap((passes): Finding[] => {
      const streaks = failureStreaks(passes);
      return streaks.flatMap((streak): Finding[] => {
        const hasty = streak.find((pass, index) => index > 0 && pass.at - streak[index - 1]!.at < 800);
        if (hasty !== undefined) return [{ at: hasty.at, message: `${hasty.key} failed twice within a second` }];
        const late = streak.filter(({ at }) => at - streak[0]!.at > 10 * MINUTE_MS);
        const crowded = late.find(
          (pass, index) => (late[index + 30]?.at ?? Number.POSITIVE_INFINITY) - pass.at < HOUR_MS,
        );
        return crowded === undefined
          ? []
          : [{ at: crowded.at, message: `${crowded.key} fails more than 30 times an hour` }];
      });
    });
  },
};

function failureStreaks(passes: readonly PassEvent[]): readonly (readonly PassEvent[])[] {
  const streaks: PassEvent[][] = [[]];
  for (const pass of passes) {
    if (pass.result === 'error') streaks.at(-1)!.push(pass);
    else if (streaks.at(-1)!.length > 0) streaks.push([]);
  }
  return streaks.filter((streak) => streak.length > 0);
}

export const nothingIsStuck: Invariant = {
  id: 'I29',
  title: 'every wanted key is looked at again and again, whatever its state',
  check(run) {
    const { trace, virtualMs, knobs, quietFrom } = run.view;
    if (quietFrom === 0) return [];
    const most = (knobs.resyncMs * 1.2 + 5 * MINUTE_MS + knobs.passTimeoutMs) / 0.8 + 20 * knobs.windowMs;
    if (virtualMs < most) return [];
    const wanted = new Map(trace.of('desired').map(({ key, want }) => [key, want]));
    return [...wanted].flatMap(([key, want]): Finding[] => {
      if (want !== 'wanted') return [];
      const last = trace.of('link').findLast((event) => event.key === key);
      if (last !== undefined && virtualMs - last.at <= most) return [];
      return [{ at: virtualMs, message: `${key} was looked at last at ${last?.at ?? 'no time'}` }];
    });
  },
};

/** Calls of one replica within a minute, for each key: far above what polling takes, far below a loop. */
const MOST_CALLS_A_MINUTE = 400;
/** What the first passes of a process take for each key. */
const CALLS_OF_A_START = 40;

export const noBusyLoop: Invariant = {
  id: 'I38',
  title: 'whatever the clocks do, there is no busy loop',
  check(run) {
    const minuteOf = ({ replica, at }: { replica: string; at: number }): string =>
      `${replica}/${Math.floor(at / MINUTE_MS)}`;
    const counts = Map.groupBy(run.stories, ({ call }) => minuteOf(call));
    const starts = Map.groupBy(
      run.view.trace.of('life').filter(({ what }) => what === 'start'),
      minuteOf,
    );
    const keys = Math.max(1, new Set(run.view.trace.of('desired').map(({ key }) => key)).size);
    return [...counts].flatMap(([minute, calls]): Finding[] => {
      const most = keys * (MOST_CALLS_A_MINUTE + CALLS_OF_A_START * (starts.get(minute)?.length ?? 0));
      if (calls.length <= most) return [];
      return [{ at: calls[0]!.call.at, message: `${calls.length} calls in a minute` }];
    });
  },
};

import type { Finding, Invariant } from '../invariant.ts';
import { type CallStory, isAmbiguous, type RunIndex } from '../run-index.ts';
import type { CallEvent } from '../trace.ts';
import { inputOf, thingOfCall, wasTouched } from './about.ts';

export const repeatableCreation: Invariant = {
  id: 'I2a',
  title: 'a creation carries a client token, and the same creation tried again carries the same one',
  check(run) {
    const tokens = new Map<string, { readonly token: unknown; readonly call: CallEvent }>();
    return run.stories.flatMap((story): Finding[] => {
      const { call } = story;
      if (call.operation !== 'ecs:CreateService') return [];
      const { clientToken: token, ...input } = inputOf(call);
      if (token === undefined) return [{ at: call.at, message: `${call.target} was created without a client token` }];
      const content = JSON.stringify(input);
      const before = tokens.get(content);
      if (!isRefused(story)) tokens.set(content, { token, call });
      if (before === undefined || before.token === token) return [];
      const from = before.call.at - (run.showsLess ? OUT_OF_SIGHT_MS : 0);
      if (wasAway(run, call, from) || knowsLess(run, before.call, call)) return [];
      return [{ at: call.at, message: `${call.target} was created again with another client token` }];
    });
  },
};

/** The remains of what was deleted so long ago may not have been shown to the first, and be shown to the second. */
const OUT_OF_SIGHT_MS = 60_000;

/** Nothing came of it, and whoever asked was told so. */
function isRefused(story: CallStory): boolean {
  return story.answer !== undefined && story.answer.code !== 'OK' && !isAmbiguous(story);
}

/** What the process before it has made may be out of its sight, and the remains of a namesake with it. */
function knowsLess(run: RunIndex, former: CallEvent, call: CallEvent): boolean {
  return run.blindStarts > 0 && (former.replica !== call.replica || former.incarnation !== call.incarnation);
}

/** A service that ended in between makes way for another creation. */
function wasAway(run: RunIndex, { operation, input, at }: CallEvent, from: number): boolean {
  const thing = thingOfCall({ operation, input });
  const deleted = run.landed.some(
    ({ call, effect }) =>
      call.operation === 'ecs:DeleteService' && thingOfCall(call) === thing && effect.at >= from && effect.at <= at,
  );
  return deleted || wasTouched(run, thing, from, at);
}

export const looksBeforeRepeating: Invariant = {
  id: 'I3a',
  title: 'a write whose outcome nobody knows is not sent again before what it is about was read',
  check(run) {
    return [...storiesByProcess(run)].flatMap((stories) =>
      stories.flatMap((story, index): Finding[] => {
        const code = story.answer?.code;
        if (!story.call.write || code === undefined || code === 'OK' || !isAmbiguous(story)) return [];
        const content = JSON.stringify(story.call.input);
        const next = stories.slice(index + 1).find(({ call }) => call.at >= story.answer!.at && isAbout(call, story));
        if (next === undefined || !next.call.write || JSON.stringify(next.call.input) !== content) return [];
        return [{ at: next.call.at, message: `${next.call.operation} of ${next.call.target} was sent again, unseen` }];
      }),
    );
  },
};

/** The same write again, or a read that names the thing. */
function isAbout(call: CallEvent, story: CallStory): boolean {
  const { operation, target } = story.call;
  if (call.write) return call.operation === operation && call.target === target;
  return JSON.stringify(call.input).includes(target.replace(/:\d+$/, ''));
}

function storiesByProcess(run: RunIndex): Iterable<readonly CallStory[]> {
  return Map.groupBy(run.stories, ({ call }) => `${call.replica}/${call.incarnation}`).values();
}

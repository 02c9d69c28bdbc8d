import type { Finding, Invariant } from '../invariant.ts';
import { type CallStory, isAmbiguous, type RunIndex } from '../run-index.ts';
import { EPOCH_MS } from '../sim-clock.ts';
import type { CallEvent } from '../trace.ts';
import { inputOf, keysAbout, thingOfCall, wasTouched } from './about.ts';

/** Creating is not touching: it is refused when the thing is there. */
const CREATES = new Set(['ecs:CreateService', 'ecs:RegisterTaskDefinition', 'logs:CreateLogGroup']);
/** Between reading whose a thing is and writing to it, it may change hands: nobody can see that coming. */
const TOCTOU_MS = 60_000;

/** Of the credentials that every controller here has. */
const ACCOUNT = '123456789012';

export const neverTouchUnowned: Invariant = {
  id: 'I1',
  title: 'nothing that is not tagged as ours is changed or deleted, unless its manifest asks for adoption',
  check(run) {
    return run.landed
      .filter(({ call, effect }) => !CREATES.has(call.operation) && effect.before?.exists === true)
      .filter(({ call, effect }) => !isOwned(effect.before?.tags ?? {}, run, call) && effect.changed !== false)
      .filter(({ call, effect }) => !changedHands(run, call, effect.at))
      .map(({ call, effect }) => ({
        at: effect.at,
        message: `${call.operation} changed ${call.target}, which does not carry our tags`,
      }));
  },
};

function changedHands(run: RunIndex, call: CallEvent, at: number): boolean {
  return wasTouched(run, thingOfCall(call), at - TOCTOU_MS - run.view.knobs.lagMs, at);
}

function isOwned(tags: Readonly<Record<string, string>>, run: RunIndex, call: CallEvent): boolean {
  const key = run.keyOfCall(call);
  if (tags['evenkeel:managed-by'] === 'evenkeel') {
    return tags['evenkeel:controller'] === 'evenkeel' && (key === undefined || tags['evenkeel:manifest'] === key);
  }
  const loaded = key === undefined ? undefined : run.manifestAt(call, key);
  return loaded?.manifest.metadata.annotations['evenkeel.dev/adopt'] === 'true';
}

export const noDuplicates: Invariant = {
  id: 'I2',
  title: 'no manifest ever has two live services',
  check(run) {
    const owners = new Map<string, string[]>();
    for (const [name, like] of Object.entries(run.view.end.things)) {
      if (!name.startsWith('service ')) continue;
      const owner = /"evenkeel:manifest":"([^"]*)"/.exec(like)?.[1];
      if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), name]);
    }
    const atTheEnd = [...owners]
      .filter(([, names]) => names.length > 1)
      .map(([owner, names]) => ({ at: run.view.virtualMs, message: `${owner} has ${names.join(' and ')}` }));
    return [...madeBesides(run), ...atTheEnd];
  },
};

/** Services that were made while another one of the same manifest was there. */
function madeBesides(run: RunIndex): readonly Finding[] {
  const made = new Map<string, Map<string, number>>();
  return run.landed.flatMap(({ call, effect }): Finding[] => {
    const thing = thingOfCall(call);
    if (call.operation === 'ecs:DeleteService') for (const things of made.values()) things.delete(thing);
    const owner = effect.after?.service?.tags['evenkeel:manifest'];
    if (call.operation !== 'ecs:CreateService' || owner === undefined) return [];
    const things = made.get(owner) ?? new Map<string, number>();
    made.set(owner, things.set(thing, effect.at));
    const other = [...things].find(([name, at]) => name !== thing && !wasTouched(run, name, at, effect.at));
    return other === undefined ? [] : [{ at: effect.at, message: `${owner} got ${thing} besides ${other[0]}` }];
  });
}

export const noDuplicateRevisions: Invariant = {
  id: 'I3',
  title: 'the same document is registered once, and once more for each outcome that nobody could know',
  check(run) {
    const byContent = new Map<string, CallStory[]>();
    for (const story of run.stories) {
      if (story.call.operation !== 'ecs:RegisterTaskDefinition') continue;
      const content = JSON.stringify(story.call.input);
      byContent.set(content, [...(byContent.get(content) ?? []), story]);
    }
    const gone = run.landed
      .filter(({ call }) => call.operation === 'ecs:DeregisterTaskDefinition')
      .map(({ call }) => thingOfCall(call));
    const touched = run.view.trace.of('world').map(({ thing = '' }) => thing);
    return [...byContent.values()].flatMap((stories): Finding[] => {
      const revision = `revision ${stories[0]!.call.target}:`;
      const made = stories.flatMap(({ effects }) => effects).filter((effect) => effect.outcome === 'done');
      const away = [...gone, ...touched].filter((thing) => thing === '' || thing.startsWith(revision)).length;
      // What is delivered twice, whoever sent it, is made twice.
      const unknown = stories.filter(isAmbiguous).reduce((sum, { effects }) => sum + Math.max(1, effects.length), 0);
      const allowed = 1 + unknown + away + run.blindStarts;
      if (made.length <= allowed) return [];
      return [{ at: made.at(-1)!.at, message: `${stories[0]!.call.target}: ${made.length} revisions of one document` }];
    });
  },
};

export const rightTarget: Invariant = {
  id: 'I5',
  title: 'every write goes to the region and the cluster of a manifest',
  check(run) {
    const specs = [...run.manifests.values()].map(({ manifest }) => manifest.spec);
    const regions = new Set(specs.map(({ region }) => region));
    const clusters = new Set(specs.map(({ cluster }) => cluster));
    return run.stories
      .filter(({ call }) => call.write)
      .filter(({ call }) => {
        const cluster = inputOf(call)['cluster'];
        return !regions.has(call.region) || (typeof cluster === 'string' && !clusters.has(cluster));
      })
      .map(({ call }) => ({ at: call.at, message: `${call.operation} of ${call.target} went to ${call.region}` }));
  },
};

export const accountGuard: Invariant = {
  id: 'I5a',
  title: 'a manifest of another account leads to no write',
  check(run) {
    return run.stories
      .filter(({ call }) => call.write)
      .filter(({ call }) => {
        const accounts = keysAbout(run, call).map((key) => run.manifestAt(call, key)?.manifest.spec.account);
        return accounts.length > 0 && accounts.every((account) => account !== undefined && account !== ACCOUNT);
      })
      .map(({ call }) => ({ at: call.at, message: `${call.operation} of ${call.target} in the wrong account` }));
  },
};

export const identityByIncarnation: Invariant = {
  id: 'I6',
  title: 'what is taken away is the very service that was managed, not a later one of its name',
  check(run) {
    return run.landed
      .filter(({ call }) => takesAway(run, call))
      .filter(({ call, effect }) => {
        const createdAt = effect.before?.service?.createdAt;
        if (createdAt === undefined || wasTouched(run, thingOfCall(call), effect.at - TOCTOU_MS, effect.at))
          return false;
        // Sent for the one before, given up on, and under way while that one made room for another.
        if (createdAt > EPOCH_MS + call.at) return false;
        return managedBefore(run, call) !== createdAt;
      })
      .map(({ call, effect }) => ({
        at: effect.at,
        message: `${call.operation} of ${call.target} took away another one than was managed`,
      }));
  },
};

/** The last two steps of a removal: no tasks, then no service. */
function takesAway(run: RunIndex, call: CallEvent): boolean {
  if (call.operation === 'ecs:DeleteService') return true;
  if (call.operation !== 'ecs:UpdateService' || inputOf(call)['desiredCount'] !== 0) return false;
  const key = run.keyOfCall(call);
  return key !== undefined && run.seenAt(call, key)?.want !== 'wanted';
}

/** When the service was created that some process last had before it while its manifest was wanted. */
function managedBefore(run: RunIndex, call: CallEvent): number | undefined {
  const managed = run.view.trace.of('status').findLast((event) => {
    const { at, status } = event;
    if (at > call.at || status.service !== call.target || status.serviceCreatedAt === undefined) return false;
    const begunAt = run.passBegunAt(event, status.key);
    return run.seenAt({ ...event, at: begunAt }, status.key)?.want === 'wanted';
  });
  const createdAt = managed?.status.serviceCreatedAt;
  return createdAt === undefined ? undefined : Date.parse(createdAt);
}

import type { Finding, Invariant } from '../invariant.ts';
import { type CallStory, isAmbiguous, type RunIndex } from '../run-index.ts';
import type { CallEvent } from '../trace.ts';

/** Creating is not touching: it is refused when the thing is there. */
const CREATES = new Set(['ecs:CreateService', 'ecs:RegisterTaskDefinition', 'logs:CreateLogGroup']);
/** Between reading whose a thing is and writing to it, it may change hands: nobody can see that coming. */
const TOCTOU_MS = 60_000;

/** The input of a call, open. */
export function inputOf({ input }: CallEvent): Readonly<Record<string, unknown>> {
  return input as Readonly<Record<string, unknown>>;
}

export const neverTouchUnowned: Invariant = {
  id: 'I1',
  title: 'nothing that is not tagged as ours is changed or deleted, unless its manifest asks for adoption',
  check(run) {
    return run.landed
      .filter(({ call, effect }) => !CREATES.has(call.operation) && effect.before?.exists === true)
      .filter(({ call, effect }) => !isOwned(effect.before?.tags ?? {}, run, call) && effect.changed !== false)
      .filter(({ effect }) => !run.wasTouched(effect.at, TOCTOU_MS + run.view.knobs.lagMs))
      .map(({ call, effect }) => ({
        at: effect.at,
        message: `${call.operation} changed ${call.target}, which does not carry our tags`,
      }));
  },
};

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
  title: 'no manifest has two live services',
  check(run) {
    const owners = new Map<string, string[]>();
    for (const [name, like] of Object.entries(run.view.end.things)) {
      if (!name.startsWith('service ')) continue;
      const owner = /"evenkeel:manifest":"([^"]*)"/.exec(like)?.[1];
      if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), name]);
    }
    return [...owners]
      .filter(([, names]) => names.length > 1)
      .map(([owner, names]) => ({ at: run.view.virtualMs, message: `${owner} has ${names.join(' and ')}` }));
  },
};

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
    const removed = run.landed.filter(({ call }) => call.operation === 'ecs:DeregisterTaskDefinition').length;
    const touched = run.view.trace.of('world').length;
    return [...byContent.values()].flatMap((stories): Finding[] => {
      const made = stories.flatMap(({ effects }) => effects).filter((effect) => effect.outcome === 'done');
      const allowed = 1 + stories.filter(isAmbiguous).length + removed + touched + run.blindStarts;
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
        const key = run.keyOfCall(call);
        const account = key === undefined ? undefined : run.manifestAt(call, key)?.manifest.spec.account;
        return account !== undefined && account !== '123456789012';
      })
      .map(({ call }) => ({ at: call.at, message: `${call.operation} of ${call.target} in the wrong account` }));
  },
};

export const identityByIncarnation: Invariant = {
  id: 'I6',
  title: 'what is taken away is the very service that was managed, not a later one of its name',
  check(run) {
    const statuses = run.view.trace.of('status');
    return run.landed
      .filter(({ call }) => call.operation === 'ecs:DeleteService')
      .filter(({ call, effect }) => {
        const managed = statuses.findLast(
          ({ at, status, replica }) =>
            at <= call.at &&
            replica === call.replica &&
            status.service === call.target &&
            status.serviceCreatedAt !== undefined,
        );
        const createdAt = effect.before?.service?.createdAt;
        if (createdAt === undefined || run.wasTouched(effect.at, TOCTOU_MS)) return false;
        return managed === undefined || Date.parse(managed.status.serviceCreatedAt ?? '') !== createdAt;
      })
      .map(({ call, effect }) => ({ at: effect.at, message: `${call.target} was deleted, but it is another one` }));
  },
};

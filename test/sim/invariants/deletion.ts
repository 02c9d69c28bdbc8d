import type { Finding, Invariant } from '../invariant.ts';
import { leftWhole } from '../left-whole.ts';
import type { RunIndex } from '../run-index.ts';
import type { DesiredEvent } from '../trace.ts';
import { inputOf, keysAbout, thingOfCall, wasTouched } from './about.ts';

const HOUR_MS = 3_600_000;
/** The slowest machine that is allowed for. */
const SLOWEST = 0.8;

function lastDesired(run: RunIndex, key: string, at: number): DesiredEvent | undefined {
  return run.view.trace.of('desired').findLast((event) => event.key === key && event.at <= at);
}

/** How the manifest last was. */
function lastManifest(run: RunIndex, key: string, at: number): DesiredEvent['loaded'] {
  return run.view.trace.of('desired').findLast((event) => event.key === key && event.at <= at && event.loaded)?.loaded;
}

export const deletionGuard: Invariant = {
  id: 'I13',
  title: 'a service is deleted only with every proof that it is meant',
  check(run) {
    // Once more for what is deleted already takes nothing away.
    const deleted = run.landed.filter(
      ({ call, effect }) => call.operation === 'ecs:DeleteService' && effect.changed !== false,
    );
    const keys = new Set(run.view.trace.of('desired').map(({ key }) => key)).size;
    return deleted.flatMap(({ call, effect }): Finding[] => {
      const key = run.keyOf(call.target);
      const at = effect.at;
      const why = key === undefined ? 'no manifest ever named it' : missingProof(run, key, call.at);
      if (why !== undefined) return [{ at, message: `${call.target} was deleted although ${why}` }];
      const recent = deleted.filter((one) => one.effect.at <= at && at - one.effect.at < HOUR_MS);
      const services = new Set(recent.map((one) => one.call.target)).size;
      const most = Math.max(3, Math.floor(keys * 0.2));
      return services > most ? [{ at, message: `${services} services were deleted within an hour` }] : [];
    });
  },
};

function missingProof(run: RunIndex, key: string, at: number): string | undefined {
  const { knobs } = run.view;
  const desired = lastDesired(run, key, at);
  if (!knobs.prune) return 'pruning is off';
  if (desired?.want !== 'absent') return `its manifest is ${desired?.want ?? 'unknown'}`;
  if (at - desired.at < knobs.graceMs * SLOWEST) return `its manifest went away ${at - desired.at} ms ago`;
  return lastManifest(run, key, at)?.manifest.spec.deletionPolicy === 'delete' ? undefined : 'it is to be retained';
}

/** Takes something away, or down to nothing. */
function isDestructive(operation: string, input: Readonly<Record<string, unknown>>): boolean {
  if (operation === 'ecs:UpdateService') return input['desiredCount'] === 0;
  return /:(Delete(?!RetentionPolicy)|Deregister)/.test(operation);
}

export const badSourceDeletesNothing: Invariant = {
  id: 'I14',
  title: 'while the source cannot tell, nothing is taken away',
  check(run) {
    return run.stories.flatMap(({ call }): Finding[] => {
      if (!isDestructive(call.operation, inputOf(call))) return [];
      if (!keysAbout(run, call).some((key) => run.seenAt(call, key)?.want === 'unknown')) return [];
      return [{ at: call.at, message: `${call.operation} of ${call.target} while the source is unknown` }];
    });
  },
};

export const renameIsFree: Invariant = {
  id: 'I15',
  title: 'the same manifest in another place or another form leads to no write',
  check(run) {
    const { trace, mode, virtualMs } = run.view;
    if (mode !== 'listed' || trace.of('fault').length > 0) return [];
    const events = trace.of('desired');
    return events.flatMap((event, index): Finding[] => {
      const earlier = events.slice(0, index).findLast(({ key }) => key === event.key);
      if (event.loaded === undefined || earlier?.loaded?.hash !== event.loaded.hash) return [];
      const until = events.slice(index + 1).find(({ key }) => key === event.key)?.at ?? virtualMs;
      const settled = trace.of('status').some(({ at, status }) => at <= event.at && isReadyWith(status, event));
      const write = run.stories.find(
        ({ call }) =>
          call.write &&
          call.at > event.at &&
          call.at < until &&
          keysAbout(run, call).includes(event.key) &&
          !wasTouched(run, thingOfCall(call), event.at, call.at),
      );
      if (!settled || write === undefined) return [];
      return [{ at: write.call.at, message: `${write.call.operation} after ${event.key} was merely moved` }];
    });
  },
};

function isReadyWith(
  status: {
    readonly manifestHash: string;
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  },
  { loaded }: DesiredEvent,
): boolean {
  return (
    status.manifestHash === loaded?.hash &&
    status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  );
}

export const noOrphans: Invariant = {
  id: 'I17',
  title:
    'at the end, every service of ours has its manifest, is retained, is on its way out, or is left whole and told of',
  check(run) {
    const { end, virtualMs, knobs, quietFrom } = run.view;
    if (quietFrom === 0) return [];
    const whole = leftWhole(run);
    return Object.entries(end.things).flatMap(([name, like]): Finding[] => {
      const key = name.startsWith('service ') ? /"evenkeel:manifest":"([^"]*)"/.exec(like)?.[1] : undefined;
      if (key === undefined) return [];
      const desired = lastDesired(run, key, virtualMs);
      if (desired?.want !== 'absent' || !knobs.prune || whole.has(name.slice(8))) return [];
      if (lastManifest(run, key, virtualMs)?.manifest.spec.deletionPolicy !== 'delete') return [];
      if (virtualMs - desired.at < knobs.graceMs * 1.25 + knobs.convergeMs) return [];
      return [{ at: virtualMs, message: `${name} is still there, its manifest went away at ${desired.at}` }];
    });
  },
};

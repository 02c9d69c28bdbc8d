import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { RunIndex } from '../run-index.ts';
import { thingOf } from '../thing-of.ts';
import type { CallEvent } from '../trace.ts';

/** The input of a call, open. */
export function inputOf({ input }: Pick<CallEvent, 'input'>): Readonly<Record<string, unknown>> {
  return input as Readonly<Record<string, unknown>>;
}

/** What a write is about: `service agents/web`, `revision web:3`, … */
export function thingOfCall({ operation, input }: Pick<CallEvent, 'operation' | 'input'>): string {
  return thingOf(operation, inputOf({ input }));
}

/** Keys of the manifests that ever asked for the thing a call is about, or that made it. */
export function keysAbout(run: RunIndex, call: CallEvent): readonly string[] {
  const thing = thingOfCall(call).replace(/^revision (.*):\d+$/, 'family $1');
  const asking = [...run.manifests.values()].filter((loaded) => thingsOf(loaded).includes(thing));
  return [...new Set(asking.map(({ key }) => key))];
}

function thingsOf({ manifest }: LoadedManifest): readonly string[] {
  const { cluster, serviceName, family, logging } = manifest.spec;
  return [`service ${cluster}/${serviceName}`, `family ${family}`, `log group ${logging.group}`];
}

/** True when somebody else did something to that very thing in that time. */
export function wasTouched(run: RunIndex, thing: string, from: number, to: number): boolean {
  return touches(run, thing, from, to) > 0;
}

/** How often somebody else did something to that very thing in that time. */
export function touches(run: RunIndex, thing: string, from: number, to: number): number {
  return run.view.trace
    .of('world')
    .filter((event) => event.at >= from && event.at <= to && (event.thing ?? thing) === thing).length;
}

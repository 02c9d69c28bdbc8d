import type { RunResult } from './simulate.ts';
import type { TraceEvent } from './trace.ts';

/** What happened, for people: one line an event, times in virtual seconds. */
export function timeline(run: RunResult): readonly string[] {
  const points = new Map(run.index.stories.map(({ call }) => [call.id, call]));
  return run.trace.events.flatMap((event) => {
    const text = textOf(event, (id) => {
      const call = points.get(id);
      return call === undefined ? String(id) : `${call.operation} ${call.target}`;
    });
    const who = 'replica' in event ? `${event.replica}.${event.incarnation}` : '';
    return text === undefined ? [] : [`${(event.at / 1000).toFixed(3).padStart(10)} ${who.padEnd(5)} ${text}`];
  });
}

function textOf(event: TraceEvent, nameOf: (id: number) => string): string | undefined {
  switch (event.kind) {
    case 'call':
      return `→ ${event.operation} ${event.target}   (${event.point})`;
    case 'effect':
      return event.write
        ? `  AWS: ${nameOf(event.id)}: ${event.outcome}${event.changed === false ? ', nothing changed' : ''}`
        : undefined;
    case 'answer':
      return `← ${nameOf(event.id)}: ${event.code}`;
    case 'fault':
      return `✗ ${event.fault} at ${event.where}`;
    case 'status': {
      const ready = event.status.conditions.find(({ type }) => type === 'Ready');
      return `  status ${event.status.key}: Ready ${ready?.status} ${ready?.reason} (${ready?.message}); rollout ${event.status.rollout?.state}`;
    }
    case 'desired':
      return `● ${event.key} is ${event.want} ${event.loaded?.hash.slice(0, 8) ?? ''}`;
    case 'seen':
      return `  sees ${event.key} ${event.want} ${event.hash?.slice(0, 8) ?? ''}`;
    case 'world':
      return `● ${event.what} ${event.target}`;
    case 'asked':
      return `● somebody asks for ${event.key}${event.retry ? ', to try again' : ''}`;
    case 'late':
      return `✗ → ${event.operation} ${event.target}, after the end: not sent`;
    case 'life':
      return `■ ${event.what}${event.epoch === undefined ? '' : ` epoch ${event.epoch}`}`;
    case 'pass':
      return `  pass of ${event.key}: ${event.result} ${event.reason ?? ''}`;
    case 'text':
      return event.sink === 'log' && /"level":"(warn|error)"/.test(event.text)
        ? `  log ${event.text.trim().slice(0, 300)}`
        : undefined;
    case 'link':
      return undefined;
  }
}

import { today } from '../environment.ts';
import { uuid } from '../ids.ts';
import type { Region } from '../region.ts';
import type { ServiceRecord } from './records.ts';

const KEPT = 100;

/** Adds an event in ECS's words: `(service <name>) <text>`. */
export function sayEvent(region: Region, service: ServiceRecord, text: string): void {
  const { environment } = region;
  const message = `(service ${service.name}) ${text}`;
  service.events.unshift({ id: uuid(environment.random), createdAt: today(environment), message });
  service.events.length = Math.min(service.events.length, KEPT);
}

/** The same, unless it was the last thing said. */
export function sayOnce(region: Region, service: ServiceRecord, text: string): void {
  if (service.events[0]?.message?.endsWith(text) !== true) sayEvent(region, service, text);
}

/** `(task a) (task b)` */
export function taskList(tasks: readonly { readonly id: string }[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(' ');
}

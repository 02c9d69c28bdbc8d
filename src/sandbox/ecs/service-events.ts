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

/** `(task a) (task b)` */
export function taskList(tasks: readonly { readonly id: string }[]): string {
  return tasks.map(({ id }) => `(task ${id})`).join(' ');
}

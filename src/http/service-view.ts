import { nameOf } from '../manifest/key.ts';
import type { ServiceStatus } from '../reconcile/status.ts';

/** A service in the list: what it is and how it does, without its history. */
export type ServiceSummary = Omit<ServiceStatus, 'events' | 'drift'> & {
  readonly namespace: string;
  readonly name: string;
  readonly driftedFields: number;
};

export type ServiceDetail = Omit<ServiceStatus, 'events'> & { readonly namespace: string; readonly name: string };

export function serviceSummary({ events: _events, drift, ...status }: ServiceStatus): ServiceSummary {
  return { ...namesOf(status), ...status, driftedFields: drift.length };
}

/** Everything but the events, which have an address of their own. Values of secrets are masked in `drift` already. */
export function serviceDetail({ events: _events, ...status }: ServiceStatus): ServiceDetail {
  return { ...namesOf(status), ...status };
}

function namesOf({ key }: Pick<ServiceStatus, 'key'>): { readonly namespace: string; readonly name: string } {
  return { namespace: key.slice(0, key.indexOf('/')), name: nameOf(key) };
}

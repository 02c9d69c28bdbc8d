import { silentObserver } from '../../src/aws/observer.ts';
import type { Metrics } from '../../src/telemetry/metrics.ts';

const nothing = (): void => undefined;

/** For runs that are not about metrics: to keep them costs a tenth of a run. */
export const silentMetrics: Metrics = {
  contentType: '',
  render: async () => '',
  controller: { passStarted: nothing, passEnded: nothing },
  queue: () => ({ added: nothing, taken: nothing, finished: nothing, retried: nothing }),
  watchServices: nothing,
  rolloutEnded: nothing,
  source: () => ({ rejected: nothing }),
  leads: nothing,
  aws: silentObserver,
  http: { served: nothing },
};

import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const rollout = { timeoutMinutes: 1 };

export const s35: Scenario = {
  id: 'S35',
  title: 'there is no capacity for two hours',
  every: 12,
  knobs: { resyncMs: 1_200_000, convergeMs: 60 * 60_000 },
  async run(script) {
    script.write(web({ rollout }));
    await script.ready();
    const shortage = script.world({ fault: { kind: 'capacity-shortage', retryMs: 60_000 } });
    script.write(web({ rollout, container: container({ LOG_LEVEL: 'debug' }) }));
    await script.minutes(120);
    script.expect('the old task serves', (script.live()?.running ?? 0) >= 1);
    shortage.lift();
    await script.ready();
  },
};

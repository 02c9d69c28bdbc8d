import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const rollout = { timeoutMinutes: 1 };

export const s34: Scenario = {
  id: 'S34',
  title: 'tasks take longer to start than the manifest allows: Ready once they are there',
  every: 2,
  knobs: { convergeMs: 45 * 60_000 },
  async run(script) {
    script.write(web({ rollout }));
    await script.ready();
    script.world({ fault: { kind: 'slow-start', ms: 12 * 60_000 } });
    script.write(web({ rollout, container: container({ LOG_LEVEL: 'debug' }) }));
    await script.reason('RolloutTimedOut');
    await script.ready();
  },
};

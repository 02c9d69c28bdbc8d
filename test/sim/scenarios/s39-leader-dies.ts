import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s39: Scenario = {
  id: 'S39',
  title: 'the leader of three dies in the middle of a deployment, and another one carries on',
  every: 3,
  knobs: { replicas: 3, restartMs: 90_000 },
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.seconds(2);
    script.crash(script.leader());
    await script.ready();
  },
};

import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s04b: Scenario = {
  id: 'S04B',
  title: 'count, environment, network and grace change at once: one update, one deployment',
  async run(script) {
    script.write(web());
    await script.ready();
    const network = { subnets: ['subnet-b', 'subnet-c'], securityGroups: ['sg-b'] };
    const rollout = { healthCheckGracePeriodSeconds: 30 };
    script.write(web({ desiredCount: 2, network, rollout, container: container({ LOG_LEVEL: 'debug' }) }));
    await script.ready();
  },
};

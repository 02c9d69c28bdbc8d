import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s11: Scenario = {
  id: 'S11',
  title: 'autoscaling follows another metric: the policy of the old one goes',
  async run(script) {
    script.write(scaled());
    await script.ready();
    script.write(scaled({ targets: [{ memory: 75 }] }));
    await script.ready();
  },
};

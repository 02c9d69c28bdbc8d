import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const broken = (rollout = {}) =>
  web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:crash' }, rollout });

export const s33b: Scenario = {
  id: 'S33B',
  title: 'a manifest goes back to what failed before: that is remembered, and nothing is deployed',
  every: 2,
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(broken());
    await script.reason('RolloutFailed');
    script.write(web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.1' } }));
    await script.ready();
    await script.restart();
    script.write(broken({ timeoutMinutes: 20 }));
    await script.reason('RolloutFailed');
    // That nothing is deployed for it I11 sees: what was sent long before may still land.
    await script.minutes(2);
  },
};

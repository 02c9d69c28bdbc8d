import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const behind = (group: string) => web({ network: { subnets: ['subnet-a', 'subnet-b'], securityGroups: [group] } });

export const s67: Scenario = {
  id: 'S67',
  title:
    'a closed security group under a circuit breaker: ECS goes back, it is not tried again, and another is rolled out',
  every: 2,
  async run(script) {
    script.world({ when: { securityGroups: ['sg-closed'] }, fault: { kind: 'crash-loop', afterMs: 100 } });
    script.write(behind('sg-a'));
    await script.ready();
    script.write(behind('sg-closed'));
    await script.reason('RolloutFailed');
    await script.restart();
    await script.reason('RolloutFailed');
    await script.minutes(5);
    script.expect('the settings of before are in force', script.live()?.settings === 'sg-a');
    script.write(behind('sg-open'));
    await script.ready();
    await script.until('I24', 'the open one is in force', () => script.live()?.settings === 'sg-open');
  },
};

import { container, scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s30: Scenario = {
  id: 'S30',
  title: 'autoscaling acts in the middle of a deployment: the count is left to it',
  async run(script) {
    script.write(scaled());
    await script.ready();
    script.write(scaled({}, { container: container({ LOG_LEVEL: 'debug' }) }));
    await script.seconds(2);
    script.person('ecs:UpdateService', { cluster: 'agents', service: 'web', desiredCount: 3 });
    await script.ready();
    script.expect('three are wanted', script.live()?.desired === 3);
  },
};

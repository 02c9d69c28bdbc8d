import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s26: Scenario = {
  id: 'S26',
  title: 'somebody changes the count by hand: it is set back',
  async run(script) {
    script.write(web());
    await script.ready();
    script.person('ecs:UpdateService', { cluster: 'agents', service: 'web', desiredCount: 4 });
    await script.until('I24', 'the count is set back', () => script.live()?.desired === 1);
    await script.minutes(1);
    await script.ready();
  },
};

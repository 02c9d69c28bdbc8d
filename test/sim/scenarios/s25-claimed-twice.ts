import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s25: Scenario = {
  id: 'S25',
  title: 'two manifests claim one service: the first stays in force, the second changes nothing',
  async run(script) {
    script.write(web());
    await script.ready();
    const second = web({ serviceName: 'web', desiredCount: 3 }, { name: 'second' });
    script.write(second);
    await script.reason('NotOurs', second.key);
    script.write(web({ desiredCount: 2 }));
    await script.ready();
    script.remove(second.key);
    await script.minutes(7);
    script.expect('the first is in force', script.live()?.desired === 2);
  },
};

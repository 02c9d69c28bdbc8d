import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s23: Scenario = {
  id: 'S23',
  title: 'an edit that AWS refuses changes nothing, and its correction is carried out',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ raw: { taskDefinition: { memory: '513' } } }));
    await script.reason('Invalid');
    script.expect('it still runs', script.live()?.running === 1);
    script.write(web({ memory: 1024 }));
    await script.ready();
  },
};

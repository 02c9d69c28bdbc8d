import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s02: Scenario = {
  id: 'S02',
  title: 'a service with a prebuilt image is created',
  async run(script) {
    script.write(web({ desiredCount: 2 }));
    await script.ready();
    script.expect('two tasks run', script.live()?.running === 2);
  },
};

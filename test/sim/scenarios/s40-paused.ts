import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s40: Scenario = {
  id: 'S40',
  title: 'the process is frozen for five minutes in the middle of a deployment',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.seconds(0.15);
    script.pause(300);
    await script.ready();
  },
};

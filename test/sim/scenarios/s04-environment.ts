import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s04: Scenario = {
  id: 'S04',
  title: 'the environment of a running service changes',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.ready();
  },
};

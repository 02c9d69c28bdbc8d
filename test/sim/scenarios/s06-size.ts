import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s06: Scenario = {
  id: 'S06',
  title: 'cpu and memory change',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ cpu: 512, memory: 1024 }));
    await script.ready();
  },
};

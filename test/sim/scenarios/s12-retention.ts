import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s12: Scenario = {
  id: 'S12',
  title: 'log lines are to be kept for a shorter time, then for ever',
  async run(script) {
    script.write(web({ logging: { retentionDays: 30 } }));
    await script.ready();
    script.write(web({ logging: { retentionDays: 7 } }));
    await script.ready();
    script.write(web({ logging: { retentionDays: 0 } }));
    await script.ready();
  },
};

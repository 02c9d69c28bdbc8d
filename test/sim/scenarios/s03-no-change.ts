import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s03: Scenario = {
  id: 'S03',
  title: 'nothing changes for half an hour, the last third of it from a new process',
  every: 3,
  knobs: { resyncMs: 300_000 },
  async run(script) {
    script.write(web());
    await script.ready();
    await script.minutes(20);
    await script.restart();
    await script.ready();
    await script.minutes(10);
  },
};

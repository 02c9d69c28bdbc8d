import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s20d: Scenario = {
  id: 'S20D',
  title: 'a manifest cannot be read for a while, and then it is gone for good: its service goes, but not before',
  knobs: { graceMs: 60_000 },
  async run(script) {
    script.write(scaled({}, { deletionPolicy: 'delete' }));
    await script.ready();
    script.lose();
    await script.minutes(3);
    script.expect('it runs', script.live()?.running === 1);
    script.remove();
    await script.gone();
  },
};

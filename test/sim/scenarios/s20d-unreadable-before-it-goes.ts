import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s20d: Scenario = {
  id: 'S20D',
  title: 'a manifest cannot be read for a while, returns and goes for good: its service goes then, and not before',
  knobs: { graceMs: 60_000 },
  async run(script) {
    const loaded = scaled({}, { deletionPolicy: 'delete' });
    script.write(loaded);
    await script.ready();
    script.lose();
    await script.minutes(3);
    script.expect('it runs', script.live()?.running === 1);
    script.write(loaded);
    await script.minutes(1);
    await script.ready();
    script.remove();
    await script.gone();
  },
};

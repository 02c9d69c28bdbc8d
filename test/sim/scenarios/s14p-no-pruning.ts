import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s14p: Scenario = {
  id: 'S14P',
  title: 'pruning is off: a manifest that asks for deletion goes away and nothing else does',
  knobs: { prune: false, graceMs: 60_000 },
  async run(script) {
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    script.remove();
    await script.minutes(4);
    script.expect('it runs', script.live()?.running === 1);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s16: Scenario = {
  id: 'S16',
  title: 'a manifest comes back while its service drains: a new one is made once the name is free',
  knobs: { graceMs: 60_000 },
  coalesces: true,
  async run(script) {
    script.world({ fault: { kind: 'slow-drain', ms: 40_000 } });
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    script.remove();
    await script.until('I24', 'it drains', () => script.live()?.status === 'DRAINING' || script.isLeft());
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    // A process that has just begun may be shown the service as it was before it was deleted.
    await script.until('I24', 'it runs', () => script.live()?.status === 'ACTIVE');
  },
};

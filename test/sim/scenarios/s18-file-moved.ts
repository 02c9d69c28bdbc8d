import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s18: Scenario = {
  id: 'S18',
  title: 'a manifest moves to another folder: for a moment it is in neither',
  knobs: { graceMs: 60_000 },
  async run(script) {
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    const first = script.live()?.createdAt;
    script.remove();
    await script.seconds(1);
    const moved = web({ deletionPolicy: 'delete' });
    script.write({ ...moved, origin: { ...moved.origin, file: 'elsewhere/web.yaml' } });
    await script.minutes(2);
    await script.ready();
    script.expect('it is still the same service', script.live()?.createdAt === first);
  },
};

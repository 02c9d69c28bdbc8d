import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s09: Scenario = {
  id: 'S09',
  title: 'the band of autoscaling moves up, over the present count',
  async run(script) {
    script.write(scaled());
    await script.ready();
    script.write(scaled({ minCapacity: 2, maxCapacity: 6 }));
    await script.ready();
    const isMoved = () => script.live()?.scaling?.min === 2 && script.live()?.scaling?.max === 6;
    // What was sent before may land late, and is put right at the next resync.
    await script.until('I24', 'the band moved', isMoved);
  },
};

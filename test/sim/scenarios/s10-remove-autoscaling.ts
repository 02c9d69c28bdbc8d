import { scaled, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s10: Scenario = {
  id: 'S10',
  title: 'autoscaling leaves the manifest: its target goes first, then the count is set',
  async run(script) {
    script.write(scaled({ minCapacity: 2 }, { desiredCount: 2 }));
    await script.ready();
    script.write(web({ desiredCount: 1 }));
    await script.ready();
    // A target that was registered a moment ago may be out of sight, and is found at the next resync.
    await script.until('I24', 'nothing scales it', () => script.live()?.scaling === undefined);
    await script.until('I24', 'one task is wanted', () => script.live()?.desired === 1);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s07: Scenario = {
  id: 'S07',
  title: 'the count goes up and down again, without autoscaling',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web({ desiredCount: 3 }));
    await script.ready();
    script.write(web({ desiredCount: 2 }));
    await script.ready();
    // What was sent for three may land late, and is put right at the next resync.
    await script.until('I24', 'two tasks are wanted', () => script.live()?.desired === 2);
  },
};

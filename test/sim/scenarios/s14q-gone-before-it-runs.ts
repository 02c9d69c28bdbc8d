import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s14q: Scenario = {
  id: 'S14Q',
  title: 'a manifest is taken away before its service runs: whatever was made of it goes as well',
  knobs: { graceMs: 60_000 },
  coalesces: true,
  async run(script) {
    script.write(web({ deletionPolicy: 'delete' }));
    await script.until('I24', 'it is known', () => script.status()?.serviceArn !== undefined);
    script.remove();
    await script.minutes(25);
  },
};

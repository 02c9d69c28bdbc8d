import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s14r: Scenario = {
  id: 'S14R',
  title: 'a manifest that does not ask for deletion goes away: its service stays',
  knobs: { graceMs: 60_000 },
  async run(script) {
    script.write(web());
    await script.ready();
    script.remove();
    await script.minutes(4);
    script.expect('it runs', script.live()?.running === 1);
  },
};

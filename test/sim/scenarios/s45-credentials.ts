import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s45: Scenario = {
  id: 'S45',
  title: 'the credentials expire and are renewed half an hour later',
  every: 2,
  async run(script) {
    script.write(scaled());
    await script.ready();
    const expired = script.world({ fault: { kind: 'expired-credentials' } });
    script.write(scaled({ maxCapacity: 6 }));
    await script.minutes(30);
    script.expect('nothing was lost', script.live()?.scaling?.max === 4);
    expired.lift();
    await script.ready();
  },
};

import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s29: Scenario = {
  id: 'S29',
  title: 'somebody deletes the service: it is made again',
  coalesces: true,
  async run(script) {
    script.write(scaled());
    await script.ready();
    const first = script.live()?.createdAt;
    script.person('ecs:DeleteService', { cluster: 'agents', service: 'web', force: true });
    const isNew = () => script.live()?.createdAt !== first && script.live()?.running === 1;
    await script.until('I24', 'a new one runs', isNew);
    await script.minutes(1);
    await script.ready();
  },
};

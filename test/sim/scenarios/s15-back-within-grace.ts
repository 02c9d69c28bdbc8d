import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s15: Scenario = {
  id: 'S15',
  title: 'a manifest goes away and comes back before anything may be deleted',
  async run(script) {
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    const first = script.live()?.createdAt;
    script.remove();
    await script.seconds(60);
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    await script.minutes(6);
    script.expect('it is still the same service', script.live()?.createdAt === first);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s13: Scenario = {
  id: 'S13',
  title: 'a field changes that ECS cannot change in place: nothing is replaced, and setting it back is enough',
  async run(script) {
    script.write(web());
    await script.ready();
    const first = script.live()?.createdAt;
    script.write(web({ raw: { service: { deploymentController: { type: 'CODE_DEPLOY' } } } }));
    await script.reason('ReplacementRequired');
    script.write(web({ rollout: { timeoutMinutes: 20 } }));
    await script.ready();
    script.expect('it is still the same service', script.live()?.createdAt === first);
  },
};

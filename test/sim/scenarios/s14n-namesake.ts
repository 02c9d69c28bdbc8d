import { serviceByHand } from '../by-hand.ts';
import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s14n: Scenario = {
  id: 'S14N',
  title: 'while a manifest is away, somebody makes its service anew: that one is not deleted',
  coalesces: true,
  async run(script) {
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
    const tags = script.live()?.tags ?? {};
    script.remove();
    await script.minutes(1);
    script.person('ecs:DeleteService', { cluster: 'agents', service: 'web', force: true });
    await script.until('I24', 'its name is free', () => script.live()?.status === 'INACTIVE');
    serviceByHand(script, tags);
    const namesake = script.live()?.createdAt;
    await script.minutes(7);
    script.expect('the namesake lives', script.live()?.createdAt === namesake && script.live()?.desired === 1);
    script.write(web({ deletionPolicy: 'delete' }));
    await script.ready();
  },
};

import { serviceByHand } from '../by-hand.ts';
import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s48: Scenario = {
  id: 'S48',
  title: 'a service of another controller is not adopted, whatever the manifest asks',
  async run(script) {
    serviceByHand(script, {
      'evenkeel:managed-by': 'evenkeel',
      'evenkeel:controller': 'another',
      'evenkeel:manifest': 'default/web',
    });
    await script.minutes(2);
    script.write(web({ desiredCount: 3 }, { annotations: { 'evenkeel.dev/adopt': 'true' } }));
    await script.reason('NotOurs');
    await script.minutes(3);
    script.expect('nobody touched it', script.live()?.desired === 1);
  },
};

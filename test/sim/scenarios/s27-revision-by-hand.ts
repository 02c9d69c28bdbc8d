import { revisionByHand } from '../by-hand.ts';
import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s27: Scenario = {
  id: 'S27',
  title: 'somebody deploys a revision of his own: the one of the manifest comes back, and is not made again',
  async run(script) {
    script.write(web());
    await script.ready();
    const wanted = script.live()?.specHash;
    const taskDefinition = revisionByHand(script, 'web');
    script.person('ecs:UpdateService', { cluster: 'agents', service: 'web', taskDefinition });
    await script.until('I24', 'it comes back', () => script.live()?.specHash === wanted);
    await script.minutes(1);
    await script.ready();
  },
};

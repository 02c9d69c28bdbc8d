import { serviceByHand } from '../by-hand.ts';
import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s47: Scenario = {
  id: 'S47',
  title: 'a service made by hand is left alone until its manifest asks for adoption',
  async run(script) {
    serviceByHand(script);
    await script.minutes(2);
    const first = script.live()?.createdAt;
    script.write(web());
    await script.reason('NotOurs');
    await script.minutes(2);
    script.write(web({}, { annotations: { 'evenkeel.dev/adopt': 'true' } }));
    await script.ready();
    script.expect('it is still the same service', script.live()?.createdAt === first);
    script.expect('a tag of others stays', script.live()?.tags['team'] === 'ops');
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const broken = web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:crash' } });

export const s31: Scenario = {
  id: 'S31',
  title: 'a broken image under a circuit breaker: ECS goes back, and it is not tried again, not even by a new process',
  every: 2,
  async run(script) {
    script.write(web());
    await script.ready();
    const good = script.live()?.specHash;
    script.write(broken);
    await script.reason('RolloutFailed');
    await script.restart();
    await script.reason('RolloutFailed');
    await script.minutes(5);
    script.expect('the revision of before serves', script.live()?.specHash === good);
  },
};

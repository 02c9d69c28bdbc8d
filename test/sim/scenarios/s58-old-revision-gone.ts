import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s58: Scenario = {
  id: 'S58',
  title: 'the revision to go back to was deregistered by somebody: it is made again',
  async run(script) {
    script.write(web());
    await script.ready();
    const taskDefinition = script.live()?.taskDefinition;
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.ready();
    script.person('ecs:DeregisterTaskDefinition', { taskDefinition });
    script.write(web({ rollout: { timeoutMinutes: 20 } }));
    await script.ready();
    script.expect('it is another one', script.live()?.taskDefinition !== taskDefinition);
  },
};

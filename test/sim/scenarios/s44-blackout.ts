import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s44: Scenario = {
  id: 'S44',
  title: 'ECS does not answer for an hour, and a change waits',
  every: 4,
  async run(script) {
    script.write(web());
    await script.ready();
    const dark = script.world({ when: { operations: ['ecs:*'] }, fault: { kind: 'reset' } });
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.minutes(60);
    script.expect('it still runs', script.live()?.running === 1);
    dark.lift();
    await script.ready();
  },
};

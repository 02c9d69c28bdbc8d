import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s57: Scenario = {
  id: 'S57',
  title: 'a quota is used up, and raised ten minutes later',
  async run(script) {
    const full = script.world({
      when: { operations: ['ecs:CreateService'] },
      fault: {
        kind: 'throttle',
        code: 'LimitExceededException',
        message: 'The limit of services per cluster is reached.',
      },
    });
    script.write(web());
    await script.reason('Quota');
    await script.minutes(10);
    full.lift();
    await script.ready();
  },
};

import { container, scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s59: Scenario = {
  id: 'S59',
  title: 'the process is stopped and started again at every step of a deployment',
  every: 2,
  async run(script) {
    script.write(scaled());
    for (let index = 0; index < 4; index++) {
      await script.seconds(0.1 + index * 0.2);
      await script.restart();
    }
    await script.ready();
    script.write(scaled({ maxCapacity: 6 }, { container: container({ LOG_LEVEL: 'debug' }) }));
    for (let index = 0; index < 4; index++) {
      await script.seconds(0.1 + index * 0.2);
      await script.restart();
    }
    await script.ready();
  },
};

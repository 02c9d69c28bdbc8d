import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s22: Scenario = {
  id: 'S22',
  title: 'twenty edits within five seconds: the last one counts',
  coalesces: true,
  async run(script) {
    const edit = (number: number) => {
      const LOG_LEVEL = number % 2 === 0 ? 'debug' : 'info';
      return web({ container: container({ LOG_LEVEL }), rollout: { timeoutMinutes: 5 + number } });
    };
    script.write(edit(1));
    await script.ready();
    for (let number = 2; number <= 20; number++) {
      script.write(edit(number));
      await script.seconds(0.25);
    }
    await script.ready();
  },
};

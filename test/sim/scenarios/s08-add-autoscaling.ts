import { scaled, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s08: Scenario = {
  id: 'S08',
  title: 'autoscaling is added to a running service',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(scaled());
    await script.ready();
    script.expect('the band is set', script.live()?.scaling?.max === 4);
  },
};

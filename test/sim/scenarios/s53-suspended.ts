import { CANARIES } from '../canary.ts';
import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const changed = { desiredCount: 3, container: container({ OTHER_TOKEN: CANARIES[1] ?? '' }) };
const suspended = { annotations: { 'evenkeel.dev/suspend': 'true' } };

export const s53: Scenario = {
  id: 'S53',
  title: 'suspended, a change waits, also when somebody asks; resumed, it is carried out',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(web(changed, suspended));
    await script.until('I24', 'it is suspended', () => script.status()?.suspended === true);
    script.reconcile();
    await script.minutes(3);
    script.expect('nothing was changed', script.live()?.desired === 1);
    script.write(web(changed));
    await script.ready();
  },
};

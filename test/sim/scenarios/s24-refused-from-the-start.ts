import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s24: Scenario = {
  id: 'S24',
  title: 'a manifest that AWS refuses makes no service; corrected it does',
  async run(script) {
    script.write(web({ raw: { taskDefinition: { memory: '513' } } }));
    await script.reason('Invalid');
    script.expect('there is no service', script.live() === undefined);
    script.write(web());
    await script.ready();
  },
};

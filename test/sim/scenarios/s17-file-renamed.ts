import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s17: Scenario = {
  id: 'S17',
  title: 'the file of a manifest is renamed',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write({ ...web(), origin: { ...web().origin, file: 'services/renamed.yaml' } });
    await script.minutes(3);
    await script.ready();
  },
};

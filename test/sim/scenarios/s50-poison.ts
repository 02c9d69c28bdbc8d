import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s50: Scenario = {
  id: 'S50',
  title: 'nine of ten manifests are refused by AWS again and again: the tenth is served as if it were alone',
  every: 4,
  async run(script) {
    const names = Array.from({ length: 9 }, (_, index) => `poison-${index}`);
    const poison = names.map((name) => web({ raw: { taskDefinition: { memory: '513' } } }, { name }));
    for (const loaded of poison) script.write(loaded);
    script.write(web());
    await script.ready();
    script.write(web({ desiredCount: 2 }));
    await script.ready();
    for (const { key } of poison) script.remove(key);
    await script.minutes(7);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s19: Scenario = {
  id: 'S19',
  title: 'a file with two manifests is split into two files',
  async run(script) {
    const both = [web(), web({}, { name: 'api' })];
    for (const loaded of both) script.write(loaded);
    for (const { key } of both) await script.ready(key);
    for (const loaded of both) script.write({ ...loaded, origin: { ...loaded.origin, file: `${loaded.key}.yaml` } });
    await script.minutes(2);
    for (const { key } of both) await script.ready(key);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s60: Scenario = {
  id: 'S60',
  title: 'four of five manifests vanish at once: that is not believed, none of their services goes, and all come back',
  every: 3,
  knobs: { graceMs: 60_000 },
  async run(script) {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => web({ deletionPolicy: 'delete' }, { name }));
    for (const loaded of all) script.write(loaded);
    for (const { key } of all) await script.ready(key);
    const gone = all.slice(1);
    for (const { key } of gone) script.remove(key);
    await script.minutes(4);
    const left = gone.filter(({ manifest }) => script.live(manifest.spec.serviceName)?.running === 1);
    script.expect('all of them run', left.length === gone.length);
    for (const loaded of gone) script.write(loaded);
    for (const { key } of all) await script.ready(key);
  },
};

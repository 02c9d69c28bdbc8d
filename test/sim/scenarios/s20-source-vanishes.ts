import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s20: Scenario = {
  id: 'S20',
  title: 'all manifests vanish for longer than the grace period, over a restart, and return',
  knobs: { graceMs: 60_000 },
  async run(script) {
    const both = ['web', 'api'].map((name) => web({ deletionPolicy: 'delete' }, { name }));
    for (const loaded of both) script.write(loaded);
    for (const { key } of both) await script.ready(key);
    for (const { key } of both) script.lose(key);
    await script.minutes(3);
    await script.restart();
    await script.minutes(3);
    script.expect('both run', script.live('web')?.running === 1 && script.live('api')?.running === 1);
    for (const loaded of both) script.write(loaded);
    for (const { key } of both) await script.ready(key);
  },
};

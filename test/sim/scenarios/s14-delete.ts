import { scaled } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s14: Scenario = {
  id: 'S14',
  title: 'a manifest that asks for deletion goes away, and its service after it',
  knobs: { graceMs: 60_000 },
  async run(script) {
    script.write(scaled({}, { deletionPolicy: 'delete' }));
    await script.ready();
    script.remove();
    const isGone = await script.gone();
    script.expect('nothing scales it any more', !isGone || script.live()?.scaling === undefined);
  },
};

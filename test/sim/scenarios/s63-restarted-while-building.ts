import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s63: Scenario = {
  id: 'S63',
  title:
    'the process is stopped while it builds, and started again: one image in the end, and nothing of the first build',
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    await script.seconds(12);
    await script.restart();
    await script.ready();
    script.expect('it runs what the folder holds', script.content() === 'one');
    await script.restart();
    await script.ready();
  },
};

import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s61: Scenario = {
  id: 'S61',
  title: 'a folder becomes a repository, an image and a service that runs it by digest',
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    await script.ready();
    script.expect('it runs what the folder holds', script.content() === 'one');
  },
};

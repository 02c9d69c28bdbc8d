import { keyOf } from '../../../src/manifest/key.ts';
import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s65: Scenario = {
  id: 'S65',
  title: 'two manifests are built of one folder: one image, two services',
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    script.write(built('agent', {}, { name: 'other' }));
    await script.ready();
    await script.ready(keyOf('default', 'other'));
    script.expect('both run it', script.content() === 'one' && script.content('other', 'web') === 'one');
  },
};

import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s62: Scenario = {
  id: 'S62',
  title:
    'one byte of a folder changes: another image, another revision, one deployment; and back again, nothing is built',
  every: 2,
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    await script.ready();
    script.save('agent', 'two');
    await script.until('I24', 'the second content runs', () => script.content() === 'two');
    await script.ready();
    const images = script.images();
    script.save('agent', 'one');
    await script.until('I24', 'the first content runs again', () => script.content() === 'one');
    await script.ready();
    script.expect('it was not built again', script.images() === images);
  },
};

import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s66: Scenario = {
  id: 'S66',
  title:
    'the disk of the engine is full, then the engine is restarted: nothing changes meanwhile, and the build comes through',
  every: 3,
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    await script.ready();
    script.engine('disk-full');
    script.save('agent', 'two');
    await script.minutes(3);
    script.expect('the first content still runs', script.content() === 'one');
    script.engine('down');
    await script.minutes(2);
    script.engine();
    await script.until('I24', 'the second content runs', () => script.content() === 'two');
    await script.ready();
  },
};

import { built } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s64: Scenario = {
  id: 'S64',
  title: 'somebody pushes another image under the tag while it is built: the tag is immutable, and what ECR has counts',
  knobs: { images: true },
  async run(script) {
    script.save('agent', 'one');
    script.write(built('agent'));
    await script.until('I24', 'there is a repository', () => script.repository() !== undefined);
    script.pushed('web', 'agent', 'theirs');
    await script.ready();
    script.expect('one of the two runs', ['one', 'theirs'].includes(script.content() ?? ''));
    script.expect('nothing was overwritten', script.images() === 1);
  },
};

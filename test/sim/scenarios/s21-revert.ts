import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s21: Scenario = {
  id: 'S21',
  title: 'a commit is reverted: the revision of before is used again',
  async run(script) {
    script.write(web());
    await script.ready();
    const { specHash: first, tags } = script.live() ?? {};
    const stamp = 'evenkeel:spec-hash';
    script.write(web({ container: container({ LOG_LEVEL: 'debug' }) }));
    await script.ready();
    script.write(web());
    await script.ready();
    // A process that has just begun may be shown the service as it was before the edit.
    await script.until('I24', 'it runs what it ran', () => {
      const live = script.live();
      return live?.specHash === first && live?.tags[stamp] === tags?.[stamp];
    });
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';
import { WEB } from '../script.ts';

/** Longer than anything goes wrong, in minutes. */
const MOST_ASKED = 12;

export const s53r: Scenario = {
  id: 'S53R',
  title: 'a rollout fails, its cause goes away, and a person has it tried again',
  every: 2,
  coalesces: true,
  async run(script) {
    script.write(web());
    await script.ready();
    const cause = script.world({ when: { images: ['*:2.0'] }, fault: { kind: 'crash-loop', afterMs: 100 } });
    const again = web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:2.0' } });
    script.write(again);
    await script.reason('RolloutFailed');
    cause.lift();
    const isTried = (): boolean => script.live()?.image?.endsWith(':2.0') === true;
    // A process that dies forgets what it was asked.
    for (let asked = 0; asked < MOST_ASKED && (asked < 3 || !isTried()); asked++) {
      script.reconcile(WEB, true);
      await script.minutes(1);
    }
    await script.ready();
    script.expect('it serves', isTried());
  },
};

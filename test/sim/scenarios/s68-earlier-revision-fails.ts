import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const image = (tag: string) => web({ image: { uri: `123456789012.dkr.ecr.us-east-1.amazonaws.com/web:${tag}` } });

export const s68: Scenario = {
  id: 'S68',
  title: 'a commit is reverted to a revision that fails by now: it is not tried again, and what serves is not blamed',
  every: 2,
  async run(script) {
    script.write(image('1.0'));
    await script.ready();
    script.write(image('1.1'));
    await script.ready();
    await script.until('I24', 'the second serves', () => script.live()?.image?.endsWith(':1.1') === true);
    script.world({ when: { images: ['*:1.0'] }, fault: { kind: 'crash-loop', afterMs: 100 } });
    script.write(image('1.0'));
    await script.reason('RolloutFailed');
    await script.restart();
    await script.reason('RolloutFailed');
    await script.minutes(5);
    script.expect('the second serves', script.live()?.image?.endsWith(':1.1') === true);
    script.write(image('1.1'));
    await script.ready();
  },
};

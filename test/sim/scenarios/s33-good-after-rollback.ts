import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const broken = web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:crash' } });

export const s33: Scenario = {
  id: 'S33',
  title: 'after a rollback a third manifest is rolled out',
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(broken);
    await script.reason('RolloutFailed');
    script.write(web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.1' } }));
    await script.ready();
    script.expect('the third serves', script.live()?.image?.endsWith(':1.1') === true);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s28: Scenario = {
  id: 'S28',
  title: 'somebody takes our tags away: hands off, until they are back',
  async run(script) {
    script.write(web());
    await script.ready();
    const resourceArn = script.live()?.arn;
    const managed = 'evenkeel:managed-by';
    script.person('ecs:UntagResource', { resourceArn, tagKeys: [managed] });
    await script.reason('NotOurs');
    await script.minutes(2);
    script.write(web({ desiredCount: 3 }));
    await script.minutes(5);
    script.expect('nobody touched it', script.live()?.desired === 1);
    script.person('ecs:TagResource', { resourceArn, tags: [{ key: managed, value: 'evenkeel' }] });
    await script.ready();
  },
};

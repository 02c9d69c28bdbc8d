import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s51: Scenario = {
  id: 'S51',
  title:
    'a later version hashes otherwise: what an earlier one made is recognised by its content, and nothing is deployed',
  async run(script) {
    script.write(web());
    await script.ready();
    const before = script.live();
    const tags = [{ key: 'evenkeel:spec-hash', value: 'v0:of-an-earlier-version' }];
    for (const resourceArn of [before?.arn, before?.taskDefinition])
      script.person('ecs:TagResource', { resourceArn, tags });
    await script.restart();
    await script.ready();
    await script.minutes(3);
    script.expect('nothing was deployed', script.live()?.primary?.id === before?.primary?.id);
  },
};

import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

export const s46: Scenario = {
  id: 'S46',
  title: 'a manifest is for another account: nothing is written until that is put right',
  async run(script) {
    const executionRoleArn = 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole';
    script.write(web({ account: '999999999999', executionRoleArn }));
    await script.reason('AccountMismatch');
    await script.minutes(3);
    script.expect('there is nothing', script.live() === undefined);
    script.write(web({ account: '123456789012' }));
    await script.ready();
  },
};

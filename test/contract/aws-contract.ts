import { after, before, describe } from 'node:test';
import { codeBuildTests } from './codebuild-contract.ts';
import { divergenceTests } from './divergence-tests.ts';
import { ecrTests } from './ecr-contract.ts';
import { ecsServiceTests } from './ecs-service-contract.ts';
import { ecsTaskDefinitionTests } from './ecs-task-definition-contract.ts';
import { logsTests } from './logs-contract.ts';
import { othersTests } from './others-contract.ts';
import { scalingTests } from './scaling-contract.ts';
import type { Emulator } from './support/emulator.ts';
import { Subject } from './support/subject.ts';

/**
 * What Evenkeel relies on AWS for, said once and asked of everything that claims to be AWS: through our own gateway,
 * over the real SDK and HTTP. `skip`: why it cannot be asked here.
 */
export function awsContract(name: Emulator['name'], start: () => Promise<Emulator>, skip: string | false): void {
  describe(`AWS as Evenkeel needs it, by ${name}`, { skip }, () => {
    let subject: Subject;
    before(async () => {
      subject = await Subject.over(start);
    });
    after(() => subject[Symbol.asyncDispose]());
    const of = (): Subject => subject;
    ecsTaskDefinitionTests(of);
    ecsServiceTests(of);
    ecrTests(of);
    logsTests(of);
    scalingTests(of);
    codeBuildTests(of);
    othersTests(of);
    divergenceTests(name, of);
  });
}

import type { Condition } from '../../../src/manifest/conditions.ts';
import { web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';

const rollout = { circuitBreaker: { enabled: false, rollback: false }, timeoutMinutes: 1 };
const broken = web({ image: { uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:crash' }, rollout });

const isReady = ({ type, status }: Condition): boolean => type === 'Ready' && status === 'True';

export const s32: Scenario = {
  id: 'S32',
  title: 'a broken image without a circuit breaker: never Ready, and the next manifest mends it',
  every: 2,
  coalesces: true,
  async run(script) {
    script.write(web());
    await script.ready();
    script.write(broken);
    await script.reason('RolloutTimedOut');
    script.expect('nobody calls it Ready', !script.status()?.conditions.some(isReady));
    script.write(web({ rollout: { timeoutMinutes: 20 } }));
    await script.ready();
  },
};

import { container, web } from '../manifests.ts';
import type { Scenario } from '../scenario.ts';
import type { Script } from '../script.ts';

const rollout = { timeoutMinutes: 1 };
const late = web({ rollout, container: container({ LOG_LEVEL: 'debug' }) });

const readyOf = (script: Script) => script.status()?.conditions.find(({ type }) => type === 'Ready');
const isLate = (script: Script): boolean => readyOf(script)?.reason === 'RolloutTimedOut';
const isReady = (script: Script): boolean =>
  readyOf(script)?.status === 'True' && script.status()?.manifestHash === late.hash;

export const s34: Scenario = {
  id: 'S34',
  title: 'tasks take longer to start than the manifest allows: Ready once they are there',
  every: 4,
  knobs: { convergeMs: 45 * 60_000 },
  async run(script) {
    script.write(web({ rollout }));
    await script.ready();
    script.world({ fault: { kind: 'slow-start', ms: 25 * 60_000 } });
    script.write(late);
    // A seed may have tasks start sooner.
    await script.until('I24', 'it is late and said to be, or in time', () => isLate(script) || isReady(script));
    await script.ready();
  },
};

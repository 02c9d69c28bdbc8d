import { web } from '../manifests.ts';
import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import { asked, look, personAt, said, service, there, truth, wanted, write } from './hand-made.ts';

const HOUR_MS = 3_600_000;
const other = web({ cpu: 512, memory: 1024 });
/** A pass that deploys. */
const deployed = (id: string, at: number, specHash = `hash-of-${id}`): readonly TraceEvent[] => {
  const after = there({ specHash, primary: { id, rolloutState: 'IN_PROGRESS', taskDefinition: 'web:2' } });
  const input = { ...service, taskDefinition: 'web:2' };
  return [look('begin', at - 1), ...write('ecs:UpdateService', input, { at, before: there(), after })];
};
const failed = { state: 'RolledBack', desired: 1, running: 1, pending: 0, failed: 3, message: '' } as const;
/** `a` was deployed, ECS went back to what was before, and the controller says so. */
const failedOnce = [...wanted(web()), ...deployed('a', 1_000), said(web(), { rollout: failed }, HOUR_MS, truth())];

export const deploymentsCases: Cases = {
  I11: [
    {
      broken: [...wanted(web()), ...deployed('a', 2 * HOUR_MS), ...deployed('b', 4 * HOUR_MS)],
      sound: [
        ...wanted(web()),
        ...deployed('a', 2 * HOUR_MS),
        ...wanted(other, HOUR_MS * 3),
        ...deployed('b', 4 * HOUR_MS),
      ],
    },
    {
      broken: [
        ...wanted(web()),
        ...deployed('a', 2 * HOUR_MS),
        ...personAt(2 * HOUR_MS + 5, 'service agents/api'),
        ...deployed('b', 2 * HOUR_MS + 10),
      ],
      sound: [
        ...wanted(web()),
        ...deployed('a', 2 * HOUR_MS),
        ...personAt(2 * HOUR_MS + 5, 'service agents/web'),
        ...deployed('b', 2 * HOUR_MS + 10),
      ],
    },
    {
      // Another manifest that asks for the very document that failed.
      broken: [...failedOnce, ...wanted(other, HOUR_MS * 2), ...deployed('c', HOUR_MS * 3, 'hash-of-a')],
      sound: [...failedOnce, ...wanted(other, HOUR_MS * 2), ...deployed('c', HOUR_MS * 3, 'hash-of-c')],
    },
    {
      broken: [...failedOnce, asked(HOUR_MS * 2, false), ...deployed('c', HOUR_MS * 2 + 10, 'hash-of-a')],
      sound: [...failedOnce, asked(HOUR_MS * 2, true), ...deployed('c', HOUR_MS * 2 + 10, 'hash-of-a')],
    },
  ],
};

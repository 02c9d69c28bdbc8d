import { web } from '../manifests.ts';
import type { Cases } from './cases.ts';
import { look, pass, personAt, read, service, there, wanted, write } from './hand-made.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const needless = write('ecs:UpdateService', service, { before: there(), changed: false });

export const progressCases: Cases = {
  I4: [
    {
      broken: write('ecs:UpdateService', service, { before: there(), changed: false }),
      sound: write('ecs:UpdateService', service, { before: there(), changed: true }),
    },
    {
      broken: [...personAt(500, 'service agents/api'), ...needless],
      sound: [...personAt(500, 'service agents/web'), ...needless],
    },
  ],
  I24: [
    {
      broken: write('ecs:TagResource', { resourceArn: 'x/web' }, { at: 200 }),
      sound: write('ecs:TagResource', { resourceArn: 'x/web' }, { at: 50 }),
      view: { quietFrom: 100 },
    },
  ],
  I27: [
    { broken: [pass('settled', 0), pass('settled', HOUR_MS)], sound: [pass('settled', 0), pass('settled', MINUTE_MS)] },
  ],
  I28: [
    { broken: [pass('error', 1_000), pass('error', 1_500)], sound: [pass('error', 1_000), pass('error', 2_500)] },
    {
      broken: Array.from({ length: 60 }, (_, index) => pass('error', index * MINUTE_MS)),
      sound: Array.from({ length: 60 }, (_, index) => pass('error', index * 4 * MINUTE_MS)),
    },
  ],
  I29: [
    {
      broken: [...wanted(web()), look('begin', 10)],
      sound: [...wanted(web()), look('begin', HOUR_MS - 10)],
      view: { virtualMs: HOUR_MS, quietFrom: 1 },
    },
  ],
  I38: [
    {
      broken: Array.from({ length: 1_600 }, () => read(5)).flat(),
      sound: Array.from({ length: 10 }, () => read(5)).flat(),
    },
  ],
};

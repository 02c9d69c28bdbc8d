import { REFERENCE } from '../knobs.ts';
import { scaled, web } from '../manifests.ts';
import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import { asked, BY, life, look, read, said, service, wanted, write } from './hand-made.ts';

const HOUR_MS = 3_600_000;
const leads = (replica: string, at: number, epoch = 1): TraceEvent => ({
  kind: 'life',
  at,
  replica,
  incarnation: 1,
  what: 'leads',
  epoch,
});
const lost = (replica: string, at: number, epoch: number): TraceEvent => ({
  kind: 'life',
  at,
  replica,
  incarnation: 1,
  what: 'lost',
  epoch,
});

export const concurrencyCases: Cases = {
  I21: [
    {
      broken: [look('begin', 1), look('begin', 2)],
      sound: [look('begin', 1), look('end', 2), look('begin', 2)],
    },
    {
      broken: wanted(web()),
      sound: [...wanted(web()), look('begin', 10)],
      view: { virtualMs: HOUR_MS },
    },
    {
      broken: [...wanted(web()), look('begin', 5), asked(10, false)],
      sound: [...wanted(web()), look('begin', 5), asked(10, false), look('end', 11), look('begin', 12)],
      view: { virtualMs: HOUR_MS },
    },
  ],
  I22: [
    {
      broken: [leads('r2', 5), ...write('ecs:UpdateService', service)],
      sound: [leads('r1', 5), ...write('ecs:UpdateService', service)],
      view: { knobs: { ...REFERENCE, replicas: 2 } },
    },
    {
      broken: [leads('r1', 5), lost('r1', 10, 1), ...write('ecs:UpdateService', service)],
      sound: [leads('r2', 3), leads('r1', 5, 2), lost('r2', 10, 1), ...write('ecs:UpdateService', service)],
      view: { knobs: { ...REFERENCE, replicas: 2 } },
    },
  ],
  I23: [
    {
      broken: [...wanted(web()), ...wanted(scaled(), 5), said(scaled(), {}, 10), said(web(), {}, 20)],
      sound: [...wanted(web()), ...wanted(scaled(), 5), said(web(), {}, 10), said(scaled(), {}, 20)],
    },
  ],
  I33: [
    {
      broken: [life('stopping', 5), look('begin', 6)],
      sound: [look('begin', 4), life('stopping', 5), look('begin', 6, 'service')],
    },
    { broken: [life('stopped', 5), ...read(6)], sound: [...read(4), life('stopped', 5)] },
    {
      broken: [life('stopped', 5), { kind: 'late', at: 6, ...BY, operation: 'ecs:UpdateService', target: 'web' }],
      sound: [life('crash', 5), { kind: 'late', at: 6, ...BY, operation: 'ecs:UpdateService', target: 'web' }],
    },
  ],
};

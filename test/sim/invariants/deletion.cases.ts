import { REFERENCE } from '../knobs.ts';
import { web } from '../manifests.ts';
import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import { BY, deletion, doomed, ended, personAt, removed, said, service, there, wanted, write } from './hand-made.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const lost = (at: number): TraceEvent => ({ kind: 'seen', at, ...BY, key: 'default/web', want: 'unknown' });
const movedAt = (at: number): readonly TraceEvent[] => [...wanted(web()), said(web(), {}, 10), ...wanted(web(), at)];
const fourGo = (count: number): readonly TraceEvent[] =>
  ['a', 'b', 'c', 'd'].flatMap((name, index) => [
    ...wanted(web({ deletionPolicy: 'delete' }, { name })),
    ...(index < count ? removed(`default/${name}`, 0, 10) : []),
    ...(index < count
      ? write('ecs:DeleteService', { cluster: 'agents', service: name }, { at: HOUR_MS, before: there() }, name)
      : []),
  ]);

export const deletionCases: Cases = {
  I13: [
    {
      broken: [...wanted(doomed), ...removed('default/web', 0, 10), ...deletion(10_000)],
      sound: [...wanted(doomed), ...removed('default/web', 0, 10), ...deletion(5 * MINUTE_MS)],
    },
    {
      broken: [...wanted(web()), ...removed('default/web', 0, 10), ...deletion(HOUR_MS)],
      sound: [...wanted(doomed), ...removed('default/web', 0, 10), ...deletion(HOUR_MS)],
    },
    {
      broken: [...wanted(doomed), ...removed('default/web', 0, 10), ...deletion(HOUR_MS)],
      sound: [...wanted(doomed), ...removed('default/web', 0, 10)],
      view: { knobs: { ...REFERENCE, prune: false } },
    },
    { broken: fourGo(4), sound: fourGo(3) },
  ],
  I14: [
    {
      broken: [
        { kind: 'seen', at: 5, ...BY, key: 'default/web', want: 'unknown' },
        ...wanted(doomed, 0).slice(0, 1),
        ...deletion(10),
      ],
      sound: [...wanted(doomed, 0), ...deletion(10)],
    },
    {
      broken: [...wanted(doomed), lost(5), ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:1' })],
      sound: [...wanted(doomed), lost(5), ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'api:1' })],
    },
  ],
  I15: [
    {
      broken: [
        ...wanted(web()),
        said(web(), {}, 10),
        ...wanted(web(), 20),
        ...write('ecs:UpdateService', service, { at: 30 }),
      ],
      sound: [
        ...wanted(web()),
        said(web(), {}, 10),
        ...wanted(web({ cpu: 512, memory: 1024 }), 20),
        ...write('ecs:UpdateService', service, { at: 30 }),
      ],
      view: { mode: 'listed' },
    },
    {
      broken: [
        ...movedAt(20),
        ...personAt(25, 'service agents/api'),
        ...write('ecs:UpdateService', service, { at: 30 }),
      ],
      sound: [
        ...movedAt(20),
        ...personAt(25, 'service agents/web'),
        ...write('ecs:UpdateService', service, { at: 30 }),
      ],
      view: { mode: 'listed' },
    },
  ],
  I17: [
    {
      broken: [...wanted(doomed), ...removed('default/web', 0, 10)],
      sound: [...wanted(doomed)],
      view: { end: ended('web'), quietFrom: 1, virtualMs: 2 * HOUR_MS },
    },
  ],
};

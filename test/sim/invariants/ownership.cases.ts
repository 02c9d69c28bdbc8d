import { web } from '../manifests.ts';
import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import {
  deletion,
  doomed,
  ended,
  look,
  OURS,
  personAt,
  removed,
  said,
  service,
  there,
  wanted,
  write,
} from './hand-made.ts';

const elsewhere = {
  account: '999999999999',
  executionRoleArn: 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole',
  image: { uri: 'example.com/web:1' },
};
const theirs = there({ tags: {} });
const touched = write('ecs:UpdateService', service, { before: theirs });
const managed = said(doomed, { serviceCreatedAt: new Date(0).toISOString() }, 10);
const namesake = said(doomed, { serviceCreatedAt: new Date(500).toISOString() }, 50);
const stopped = write('ecs:UpdateService', { ...service, desiredCount: 0 }, { before: there({ createdAt: 500 }) });
const stopping = write('ecs:UpdateService', { ...service, desiredCount: 0 }, { before: there({ createdAt: 0 }) });
const register = (at: number): readonly TraceEvent[] => write('ecs:RegisterTaskDefinition', { family: 'web' }, { at });
const made = (serviceName: string, at: number): readonly TraceEvent[] =>
  write('ecs:CreateService', { cluster: 'agents', serviceName }, { at, after: there() });

export const ownershipCases: Cases = {
  I1: [
    {
      broken: [...wanted(web()), ...write('ecs:UpdateService', service, { before: theirs })],
      sound: [...wanted(web()), ...write('ecs:UpdateService', service, { before: there() })],
    },
    {
      broken: [...wanted(web()), ...write('ecs:TagResource', { resourceArn: 'x/web' }, { before: theirs })],
      sound: [
        ...wanted(web({}, { annotations: { 'evenkeel.dev/adopt': 'true' } })),
        ...write('ecs:TagResource', { resourceArn: 'x/web' }, { before: theirs }),
      ],
    },
    {
      broken: [
        ...wanted(web()),
        ...write('ecs:UpdateService', service, { before: there({ tags: { ...OURS, 'evenkeel:controller': 'b' } }) }),
      ],
      sound: [...wanted(web()), ...write('ecs:CreateService', { serviceName: 'web' }, { before: { exists: false } })],
    },
    {
      broken: [...wanted(web()), ...personAt(900, 'service agents/api'), ...touched],
      sound: [...wanted(web()), ...personAt(900, 'service agents/web'), ...touched],
    },
  ],
  I2: [
    { broken: [], sound: [], view: { end: ended('web', 'web2') }, soundView: { end: ended('web') } },
    {
      broken: [...made('web', 1_000), ...made('web2', 2_000)],
      sound: [...made('web', 1_000), ...deletion(1_500), ...made('web2', 2_000)],
    },
  ],
  I3: [
    {
      broken: [
        ...write('ecs:RegisterTaskDefinition', { family: 'web' }),
        ...write('ecs:RegisterTaskDefinition', { family: 'web' }),
      ],
      sound: [
        ...write('ecs:RegisterTaskDefinition', { family: 'web' }, { code: 'ECONNRESET' }),
        ...write('ecs:RegisterTaskDefinition', { family: 'web' }),
      ],
    },
    {
      broken: [...register(1_000), ...personAt(1_500, 'revision api:1'), ...register(2_000)],
      sound: [...register(1_000), ...personAt(1_500, 'revision web:1'), ...register(2_000)],
    },
  ],
  I5: [
    {
      broken: [...wanted(web()), ...write('ecs:UpdateService', { ...service, cluster: 'other' })],
      sound: [...wanted(web()), ...write('ecs:UpdateService', service)],
    },
    {
      broken: [...wanted(web()), ...write('ecs:UpdateService', service, { region: 'eu-west-1' })],
      sound: [...wanted(web()), ...write('ecs:UpdateService', service)],
    },
  ],
  I5a: [
    {
      broken: [...wanted(web(elsewhere)), ...write('ecs:UpdateService', service)],
      sound: [...wanted(web({ account: '123456789012' })), ...write('ecs:UpdateService', service)],
    },
    {
      broken: [...wanted(web(elsewhere)), ...write('logs:CreateLogGroup', { logGroupName: '/ecs/web' })],
      sound: [...wanted(web()), ...write('logs:CreateLogGroup', { logGroupName: '/ecs/web' })],
    },
  ],
  I6: [
    {
      broken: [...wanted(doomed), managed, ...deletion(1_000, 500)],
      sound: [...wanted(doomed), managed, ...deletion(1_000)],
    },
    {
      broken: [...wanted(doomed), managed, ...personAt(900, 'service agents/api'), ...deletion(1_000, 500)],
      sound: [...wanted(doomed), managed, ...personAt(900, 'service agents/web'), ...deletion(1_000, 500)],
    },
    {
      // What a removal has read itself is no proof of what was managed before it.
      broken: [...wanted(doomed), managed, ...removed('default/web', 20, 30), look('begin', 40), namesake, ...stopped],
      sound: [...wanted(doomed), managed, ...removed('default/web', 20, 30), look('begin', 40), managed, ...stopping],
    },
  ],
};

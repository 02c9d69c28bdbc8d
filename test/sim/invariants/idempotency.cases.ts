import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import { deletion, personAt, read, write } from './hand-made.ts';

const create = (clientToken: string | undefined, at: number, code = 'OK'): readonly TraceEvent[] => {
  const token = clientToken === undefined ? {} : { clientToken };
  return write('ecs:CreateService', { cluster: 'agents', serviceName: 'web', ...token }, { at, code });
};
const register = (at: number, code = 'OK'): readonly TraceEvent[] =>
  write('ecs:RegisterTaskDefinition', { family: 'web' }, { at, code });

export const idempotencyCases: Cases = {
  I2a: [
    { broken: create(undefined, 1_000), sound: create('a', 1_000) },
    {
      broken: [...create('a', 1_000, 'ECONNRESET'), ...create('b', 5_000)],
      sound: [...create('a', 1_000, 'ECONNRESET'), ...create('a', 5_000)],
    },
    {
      broken: [...create('a', 1_000), ...personAt(3_000, 'service agents/api'), ...create('b', 5_000)],
      sound: [...create('a', 1_000), ...deletion(3_000), ...create('b', 5_000)],
    },
    {
      broken: [...create('a', 1_000), ...personAt(3_000, 'log group /ecs/web'), ...create('b', 5_000)],
      sound: [...create('a', 1_000), ...personAt(3_000, 'service agents/web'), ...create('b', 5_000)],
    },
  ],
  I3a: [
    {
      broken: [...register(1_000, 'ECONNRESET'), ...register(1_500)],
      sound: [...register(1_000, 'ECONNRESET'), ...read(1_200), ...register(1_500)],
    },
    {
      broken: [...register(1_000, 'ECONNRESET'), ...read(1_200, 'OK', 'api'), ...register(1_500)],
      sound: [...register(1_000, 'ThrottlingException'), ...register(1_500)],
    },
  ],
};

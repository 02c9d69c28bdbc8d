import { built } from '../manifests.ts';
import type { Cases } from './cases.ts';
import { wanted, write } from './hand-made.ts';

const KNOWN = `sha256:${'a'.repeat(64)}`;
const image = (digest: string): object => ({
  family: 'web',
  containerDefinitions: [{ image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/web${digest}` }],
});
const end = { things: {}, revisions: {}, deployments: {}, images: { [KNOWN]: 'content' } };
const build = write('engine:Build', { repositoryName: 'agent', content: 'one' });

export const imagesCases: Cases = {
  I42: [
    {
      broken: [...wanted(built('agent')), ...write('ecs:RegisterTaskDefinition', image(`@sha256:${'b'.repeat(64)}`))],
      sound: [...wanted(built('agent')), ...write('ecs:RegisterTaskDefinition', image(`@${KNOWN}`))],
      view: { end },
    },
    {
      broken: [...wanted(built('agent')), ...write('ecs:RegisterTaskDefinition', image(':content'))],
      sound: [...wanted(built('agent')), ...write('ecs:RegisterTaskDefinition', image(`:content@${KNOWN}`))],
      view: { end },
    },
  ],
  I43: [
    {
      broken: [...build, ...write('engine:Build', { repositoryName: 'agent', content: 'one' })],
      sound: [...build, ...write('engine:Build', { repositoryName: 'agent', content: 'two' })],
    },
    {
      broken: [...build, ...write('engine:Build', { repositoryName: 'agent', content: 'one' })],
      sound: [
        ...build,
        ...write('engine:Push', { repositoryName: 'web', tag: 'one' }, { code: 'ECONNRESET' }),
        ...write('engine:Build', { repositoryName: 'agent', content: 'one' }),
      ],
    },
  ],
};

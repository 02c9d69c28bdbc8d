import { scaled, web } from '../manifests.ts';
import type { Cases } from './cases.ts';
import { deletion, removed, service, wanted, write } from './hand-made.ts';

export const workloadCases: Cases = {
  I7: [
    {
      broken: [...wanted(scaled()), ...write('ecs:UpdateService', { ...service, desiredCount: 2 })],
      sound: [...wanted(web()), ...write('ecs:UpdateService', { ...service, desiredCount: 2 })],
    },
  ],
  I8: [
    {
      broken: [...wanted(web({ desiredCount: 3 })), ...write('ecs:UpdateService', { ...service, desiredCount: 2 })],
      sound: [...wanted(web({ desiredCount: 3 })), ...write('ecs:UpdateService', { ...service, desiredCount: 3 })],
    },
    {
      broken: [...wanted(web()), ...deletion(1_000)],
      sound: [...wanted(web()), ...removed('default/web', 100, 500), ...deletion(1_000)],
    },
  ],
  I12: [
    {
      broken: [
        ...wanted(scaled()),
        ...write('application-autoscaling:DeregisterScalableTarget', { ResourceId: 'service/agents/web' }),
      ],
      sound: [
        ...wanted(web()),
        ...write('application-autoscaling:DeregisterScalableTarget', { ResourceId: 'service/agents/web' }),
      ],
    },
    {
      broken: [...wanted(web()), ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:1' })],
      sound: [
        ...wanted(web()),
        ...removed('default/web', 5, 6),
        ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:1' }),
      ],
    },
    {
      broken: [
        ...wanted(web()),
        ...wanted(web({}, { name: 'api' })),
        ...removed('default/api', 5, 6),
        ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'web:1' }),
      ],
      sound: [
        ...wanted(web()),
        ...wanted(web({}, { name: 'api' })),
        ...removed('default/api', 5, 6),
        ...write('ecs:DeregisterTaskDefinition', { taskDefinition: 'api:1' }),
      ],
    },
  ],
};

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Occasion } from '../../src/sandbox/faults/occasion.ts';
import { occasionOf } from '../../src/sandbox/faults/occasion-of-call.ts';

const ARN = 'arn:aws:ecs:us-east-1:123456789012';
const TABLE: readonly (readonly [object, Partial<Omit<Occasion, 'region'>>])[] = [
  [{ cluster: 'main', service: 'web' }, { services: ['main/web'] }],
  [{ cluster: `${ARN}:cluster/main`, serviceName: 'web' }, { services: ['main/web'] }],
  [{ service: 'web' }, { services: ['default/web'] }],
  [{ cluster: 'main', services: [`${ARN}:service/main/web`, 'api'] }, { services: ['main/web', 'main/api'] }],
  [{ resourceArn: `${ARN}:service/main/web`, tags: [] }, { services: ['main/web'] }],
  [{ resourceArn: `${ARN}:task-definition/web:3` }, { families: ['web'] }],
  [{ ResourceId: 'service/main/web' }, { services: ['main/web'] }],
  [{ ResourceIds: ['service/main/web', 'table/x'] }, { services: ['main/web'] }],
  [{ taskDefinition: `${ARN}:task-definition/web:3` }, { families: ['web'] }],
  [{ taskDefinitions: ['web:1', 'api:2'] }, { families: ['web', 'api'] }],
  [{ familyPrefix: 'web' }, { families: ['web'] }],
  [
    { family: 'web', containerDefinitions: [{ image: 'a:1' }, { image: 5 }, {}, null] },
    { families: ['web'], images: ['a:1'] },
  ],
  [
    { service: 'web', networkConfiguration: { awsvpcConfiguration: { securityGroups: ['sg-a', 5] } } },
    { services: ['default/web'], securityGroups: ['sg-a'] },
  ],
  [{ cluster: 'main' }, {}],
  [{ service: 5, services: null, containerDefinitions: 'x' }, {}],
];
for (const [input, about] of TABLE) {
  test(`FLT-1: a call with ${JSON.stringify(input)} is about ${JSON.stringify(about)}`, () => {
    const { services, families, images, securityGroups } = occasionOf('ecs:X', 'us-east-1', input);
    const none = { services: [], families: [], images: [], securityGroups: [] };
    assert.deepEqual({ services, families, images, securityGroups }, { ...none, ...about });
  });
}

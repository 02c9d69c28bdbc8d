import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleManifest } from '../support/rig.ts';
import { CANARIES, encodings } from './canary.ts';
import type { RunView } from './invariant.ts';
import {
  BY,
  look,
  OURS,
  pass,
  read,
  removed,
  runOf,
  said,
  there,
  truth,
  wanted,
  write,
} from './invariants/hand-made.ts';
import { INVARIANTS } from './invariants.ts';
import { REFERENCE } from './knobs.ts';
import { scaled, web } from './manifests.ts';
import type { TraceEvent } from './trace.ts';

interface Case {
  readonly broken: readonly TraceEvent[];
  /** As close to the broken one as it can be, and right. */
  readonly sound: readonly TraceEvent[];
  readonly view?: Partial<RunView>;
  /** Of the sound one; absent: the same. */
  readonly soundView?: Partial<RunView>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const elsewhere = {
  account: '999999999999',
  executionRoleArn: 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole',
  image: { uri: 'example.com/web:1' },
};
const doomed = web({ deletionPolicy: 'delete' });
const service = { cluster: 'agents', service: 'web' };
const theirs = there({ tags: {} });
const life = (what: 'stopping' | 'stopped', at: number): TraceEvent => ({ kind: 'life', at, ...BY, what });
const leads = (replica: string, at: number): TraceEvent => ({
  kind: 'life',
  at,
  replica,
  incarnation: 1,
  what: 'leads',
});
const things = (...names: readonly string[]): RunView['end'] => ({
  things: Object.fromEntries(names.map((name) => [`service agents/${name}`, '{"evenkeel:manifest":"default/web"}'])),
  revisions: {},
  deployments: {},
});
const deletion = (at: number, createdAt = 0): readonly TraceEvent[] =>
  write('ecs:DeleteService', service, { at, before: there({ createdAt }) });
const managed = said(doomed, { serviceCreatedAt: new Date(0).toISOString() }, 10);
const deployed = (id: string, at: number): readonly TraceEvent[] =>
  write(
    'ecs:UpdateService',
    { ...service, taskDefinition: 'web:2' },
    {
      at,
      before: there(),
      after: there({ primary: { id, rolloutState: 'IN_PROGRESS', taskDefinition: 'web:2' } }),
    },
  );
const failed = { state: 'RolledBack', desired: 1, running: 1, pending: 0, failed: 3, message: '' } as const;
const text = (value: string): TraceEvent => ({ kind: 'text', at: 5, ...BY, sink: 'log', text: `{"x":"${value}"}` });

const CASES: Readonly<Record<string, readonly Case[]>> = {
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
  ],
  I2: [{ broken: [], sound: [], view: { end: things('web', 'web2') }, soundView: { end: things('web') } }],
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
  ],
  I4: [
    {
      broken: write('ecs:UpdateService', service, { before: there(), changed: false }),
      sound: write('ecs:UpdateService', service, { before: there(), changed: true }),
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
  ],
  I6: [
    {
      broken: [...wanted(doomed), managed, ...deletion(1_000, 500)],
      sound: [...wanted(doomed), managed, ...deletion(1_000)],
    },
  ],
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
  I11: [
    {
      broken: [...wanted(web()), ...deployed('a', HOUR_MS * 2), ...deployed('b', HOUR_MS * 2 + 10)],
      sound: [...wanted(web()), ...deployed('a', HOUR_MS * 2), ...deployed('b', HOUR_MS * 4)],
    },
    {
      broken: [...wanted(web()), said(web(), { rollout: failed }, HOUR_MS), ...deployed('a', HOUR_MS + 10)],
      sound: [
        ...wanted(web()),
        said(web(), { rollout: failed }, HOUR_MS),
        ...wanted(web({ cpu: 512, memory: 1024 }), HOUR_MS + 5),
        ...deployed('a', HOUR_MS + 10),
      ],
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
  ],
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
  ],
  I17: [
    {
      broken: [...wanted(doomed), ...removed('default/web', 0, 10)],
      sound: [...wanted(doomed)],
      view: { end: things('web'), quietFrom: 1, virtualMs: 2 * HOUR_MS },
    },
  ],
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
  ],
  I22: [
    {
      broken: [leads('r2', 5), ...write('ecs:UpdateService', service)],
      sound: [leads('r1', 5), ...write('ecs:UpdateService', service)],
      view: { knobs: { ...REFERENCE, replicas: 2 } },
    },
  ],
  I23: [
    {
      broken: [...wanted(web()), ...wanted(scaled(), 5), said(scaled(), {}, 10), said(web(), {}, 20)],
      sound: [...wanted(web()), ...wanted(scaled(), 5), said(web(), {}, 10), said(scaled(), {}, 20)],
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
  I31: [
    {
      broken: [...wanted(web()), said(web(), {}, 10, truth({ deployments: 2 }))],
      sound: [...wanted(web()), said(web(), {}, 10, truth())],
    },
    {
      broken: [...wanted(web()), said(web(), {}, 10, truth({ primary: undefined }))],
      sound: [...wanted(web()), said(web(), {}, 10, truth())],
    },
    {
      broken: [...wanted(web()), said(web(), {}, 10, truth({ image: 'another' }))],
      sound: [...wanted(web()), said(web(), {}, 10, truth())],
    },
    {
      broken: [...wanted(web()), said(web(), {}, 10, truth({ running: 0 }))],
      sound: [...wanted(web()), said(web(), {}, 10, truth())],
    },
  ],
  I32: [
    {
      broken: [
        ...wanted(web({ mode: 'observe' })),
        said(web({ mode: 'observe' }), {}, 10),
        ...write('ecs:UpdateService', service),
      ],
      sound: [...wanted(web()), said(web(), {}, 10), ...write('ecs:UpdateService', service)],
    },
  ],
  I33: [
    {
      broken: [life('stopping', 5), look('begin', 6)],
      sound: [look('begin', 4), life('stopping', 5), look('begin', 6, 'service')],
    },
    { broken: [life('stopped', 5), ...read(6)], sound: [...read(4), life('stopped', 5)] },
  ],
  I34: CANARIES.flatMap((canary) =>
    encodings(canary).map((hidden) => ({ broken: [text(hidden)], sound: [text('***')] })),
  ),
  I37: [
    {
      broken: [
        said(
          web(),
          {
            events: Array.from({ length: 201 }, () => ({ at: '', type: 'Normal', reason: 'X', message: '' }) as const),
          },
          5,
        ),
      ],
      sound: [said(web(), { events: [] }, 5)],
    },
    { broken: Array.from({ length: 100 }, () => text('chatty')), sound: [text('once')] },
  ],
  I38: [
    {
      broken: Array.from({ length: 1_600 }, () => read(5)).flat(),
      sound: Array.from({ length: 10 }, () => read(5)).flat(),
    },
  ],
  I41: [
    {
      broken: [...read(5, 'AccessDeniedException'), ...write('ecs:CreateService', { serviceName: 'web' })],
      sound: [...read(5), ...write('ecs:CreateService', { serviceName: 'web' })],
    },
  ],
};

for (const invariant of INVARIANTS) {
  const cases = CASES[invariant.id] ?? [];
  test(`${invariant.id} has a trace that violates it`, () => assert.ok(cases.length > 0));
  cases.forEach(({ broken, sound, view, soundView }, index) => {
    test(`${invariant.id}, case ${index + 1}: ${invariant.title}`, () => {
      assert.notDeepEqual(invariant.check(runOf(broken, view)), [], 'the violation is not seen');
      assert.deepEqual(invariant.check(runOf(sound, soundView ?? view)), [], 'what is right is complained of');
    });
  });
}

test('a manifest of the scenarios carries every canary', () => {
  const manifest = JSON.stringify(web().manifest);
  for (const canary of CANARIES) assert.ok(manifest.includes(canary));
  assert.ok(!JSON.stringify(simpleManifest().manifest).includes(CANARIES[0]!));
});

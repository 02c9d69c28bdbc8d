import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { ServiceStatus } from '../../../src/reconcile/status.ts';
import type { RunView } from '../invariant.ts';
import { scaled, web } from '../manifests.ts';
import type { TraceEvent } from '../trace.ts';
import type { Cases } from './cases.ts';
import { said, wanted } from './hand-made.ts';

const ready = (loaded: LoadedManifest, parts: Partial<ServiceStatus>): readonly TraceEvent[] => [
  ...wanted(loaded),
  said(loaded, parts, 10),
];
const METRICS = { cpu: 'ECSServiceAverageCPUUtilization', memory: 'ECSServiceAverageMemoryUtilization' } as const;
const policy = (metric: keyof typeof METRICS, value: number): object => ({
  PolicyName: `evenkeel-${metric}`,
  TargetTrackingScalingPolicyConfiguration: {
    PredefinedMetricSpecification: { PredefinedMetricType: METRICS[metric] },
    TargetValue: value,
  },
});
const ended = (settings: object, scaling?: object): Partial<RunView> => ({
  quietFrom: 1,
  end: {
    things: {
      'service agents/web': JSON.stringify({
        settings: { desiredCount: 1, ...settings },
        blueprint: {
          networkConfiguration: {
            awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-a'] },
          },
        },
      }),
      'log group /ecs/web': JSON.stringify({ days: 0 }),
      ...(scaling === undefined ? {} : { 'scaling service/agents/web': JSON.stringify(scaling) }),
    },
    revisions: {},
    deployments: {},
  },
});

export const asWantedCases: Cases = {
  I24a: [
    { broken: ready(web(), {}), sound: ready(web(), {}), view: ended({ desiredCount: 2 }), soundView: ended({}) },
    {
      broken: ready(scaled(), {}),
      sound: ready(scaled(), {}),
      view: ended({}, { MinCapacity: 1, MaxCapacity: 4, named: [policy('cpu', 70), policy('memory', 75)] }),
      soundView: ended({}, { MinCapacity: 1, MaxCapacity: 4, named: [policy('cpu', 70)] }),
    },
    {
      broken: ready(web(), {}),
      sound: ready(web(), { suspended: true }),
      view: { ...ended({}), end: { things: {}, revisions: {}, deployments: {} } },
    },
  ],
};

import type { ApplyResult, Identity, PlanReport } from '../../../src/app/program.ts';
import type { Look } from '../../../src/cli/screen.ts';
import { ASCII } from '../../../src/cli/symbols.ts';
import { Sealed } from '../../../src/lib/sealed.ts';
import { type Key, keyOf } from '../../../src/manifest/key.ts';
import type { LoadedManifest } from '../../../src/manifest/load.ts';
import type { ManifestError } from '../../../src/manifest/manifest-error.ts';
import type { Difference } from '../../../src/reconcile/difference.ts';
import type { Action, Plan } from '../../../src/reconcile/plan.ts';
import type { RolloutStatus, ServiceStatus } from '../../../src/reconcile/status.ts';

/** Stands in every sealed input: it must never reach a stream. */
export const CANARY = 'canary-7c1f-must-not-be-printed';

export const PLAIN: Look = { paint: (_tone, text) => text, symbols: ASCII, columns: undefined };

export const IDENTITY: Identity = {
  account: '123456789012',
  region: 'us-east-1',
  principal: 'arn:aws:sts::123456789012:assumed-role/deployer/ci',
};

export function key(name: string): Key {
  return keyOf('default', name);
}

export function difference(path: string, overrides: Partial<Difference> = {}): Difference {
  return { path, live: 1, desired: 2, verdict: 'declared', replaces: false, ...overrides };
}

export function action(overrides: Partial<Action> = {}): Action {
  return {
    resource: 'service',
    verb: 'update',
    target: 'agents/web',
    because: '1 field differs',
    differences: [],
    startsRollout: false,
    deferred: [],
    input: new Sealed({ environment: CANARY }),
    ...overrides,
  };
}

export function plan(name: string, overrides: Partial<Plan> = {}): Plan {
  return {
    key: key(name),
    cluster: 'agents',
    service: name,
    region: 'us-east-1',
    generation: 1,
    actions: [],
    differences: [],
    ...overrides,
  };
}

/** What creating a service takes. */
export function creation(name: string): Plan {
  return plan(name, {
    generation: 0,
    actions: [
      action({ resource: 'log-group', verb: 'create', target: `/ecs/${name}`, because: 'it does not exist' }),
      action({
        resource: 'task-definition',
        verb: 'register',
        target: name,
        because: 'no live revision carries this document',
      }),
      action({
        resource: 'service',
        verb: 'create',
        target: `agents/${name}`,
        because: 'it does not exist',
        startsRollout: true,
        deferred: ['taskDefinitionArn'],
      }),
    ],
  });
}

export function report(plans: readonly Plan[], overrides: Partial<PlanReport> = {}): PlanReport {
  return { identities: [IDENTITY], plans, failures: [], seconds: 4.1, ...overrides };
}

export function result(
  name: string,
  outcome: ApplyResult['outcome'],
  overrides: Partial<ApplyResult> = {},
): ApplyResult {
  return { key: key(name), outcome, message: '', seconds: 3, ...overrides };
}

export function rollout(overrides: Partial<RolloutStatus> = {}): RolloutStatus {
  return { state: 'InProgress', desired: 2, running: 1, pending: 1, failed: 0, message: '', ...overrides };
}

export function status(name: string, overrides: Partial<ServiceStatus> = {}): ServiceStatus {
  return {
    key: key(name),
    cluster: 'agents',
    service: name,
    region: 'us-east-1',
    account: '123456789012',
    mode: 'manage',
    suspended: false,
    origin: `deploy/${name}.yaml`,
    manifestHash: 'abc',
    generation: 3,
    observedGeneration: 3,
    sync: 'Synced',
    health: 'Healthy',
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Running',
        message: 'all tasks run',
        lastTransitionTime: '2025-12-31T23:55:00.000Z',
        observedGeneration: 3,
      },
    ],
    revision: `${name}:42`,
    image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:9d3e71aa',
    desired: 2,
    running: 2,
    pending: 0,
    drift: [],
    events: [],
    ...overrides,
  };
}

export function manifestError(overrides: Partial<ManifestError> = {}): ManifestError {
  return {
    severity: 'error',
    file: 'deploy/web.yaml',
    line: 10,
    column: 3,
    length: 6,
    path: 'spec',
    message: "unknown field 'memroy'",
    help: "did you mean 'memory'?",
    frame: [
      { line: 9, text: '  cpu: 512' },
      { line: 10, text: '  memroy: 1024' },
    ],
    reason: 'schema',
    ...overrides,
  };
}

/** Only as much of a manifest as the command line reads. */
export function loaded(name: string, serviceName = name): LoadedManifest {
  const spec = { cluster: 'agents', serviceName, region: 'us-east-1' };
  return {
    key: key(name),
    manifest: { apiVersion: 'evenkeel.dev/v1', kind: 'FargateService', metadata: { name }, spec },
    hash: 'abc',
    origin: { file: 'deploy/web.yaml', line: 1, document: 0 },
  } as unknown as LoadedManifest;
}

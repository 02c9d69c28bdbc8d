import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyEventJson,
  applyReportJson,
  jsonText,
  planReportJson,
  statusListJson,
  validationJson,
} from '../../src/cli/plan-json.ts';
import {
  action,
  CANARY,
  creation,
  difference,
  key,
  manifestError,
  plan,
  report,
  result,
  rollout,
  status,
} from './support/builders.ts';

test('a plan for machines has its kind, its sums and every difference, and nothing that is sealed', () => {
  const updated = plan('web', {
    actions: [action({ differences: [difference('cpu', { live: undefined, desired: 512 })], startsRollout: true })],
  });
  assert.deepEqual(JSON.parse(jsonText(planReportJson(report([updated])), 'pretty')), {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'PlanReport',
    identities: [
      { account: '123456789012', region: 'us-east-1', principal: 'arn:aws:sts::123456789012:assumed-role/deployer/ci' },
    ],
    summary: { create: 0, update: 1, delete: 0, drift: 0, refused: 0, unchanged: 0, failed: 0, rollouts: 1 },
    plans: [
      {
        key: 'default/web',
        cluster: 'agents',
        service: 'web',
        region: 'us-east-1',
        generation: 1,
        change: 'update',
        drift: false,
        actions: [
          {
            resource: 'service',
            verb: 'update',
            target: 'agents/web',
            because: '1 field differs',
            startsRollout: true,
            deferred: [],
            differences: [{ path: 'cpu', desired: 512, verdict: 'declared', replaces: false }],
          },
        ],
        differences: [],
      },
    ],
    failures: [],
    seconds: 4.1,
  });
});

test('each event of an apply is one line', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const started = { kind: 'action-started', key: key('web'), action: creation('web').actions[0]! } as const;
  const line = jsonText(applyEventJson(started, at), 'line');
  assert.ok(!line.includes('\n') && !line.includes(CANARY) && !line.includes('input'));
  assert.deepEqual(
    JSON.parse(jsonText(applyEventJson({ kind: 'waiting', key: key('web'), on: 'drain' }, at), 'line')),
    {
      apiVersion: 'evenkeel.dev/v1',
      kind: 'ApplyEvent',
      at,
      type: 'waiting',
      key: 'default/web',
      on: 'drain',
    },
  );
  const moving = applyEventJson({ kind: 'rollout', key: key('web'), rollout: rollout() }, at);
  assert.deepEqual(moving['rollout'], { ...rollout() });
});

test('an apply ends with its report', () => {
  const json = applyReportJson({ results: [result('web', 'created', { revision: 'web:1' })], seconds: 9 });
  assert.deepEqual(json, {
    apiVersion: 'evenkeel.dev/v1',
    kind: 'ApplyReport',
    results: [{ key: 'default/web', outcome: 'created', message: '', seconds: 3, revision: 'web:1' }],
    seconds: 9,
  });
});

test('statuses are a list with a kind, also when there are none', () => {
  assert.deepEqual(statusListJson([]), { apiVersion: 'evenkeel.dev/v1', kind: 'ServiceStatusList', items: [] });
  const [item] = JSON.parse(jsonText(statusListJson([status('web')]), 'line')).items;
  assert.equal(item.key, 'default/web');
  assert.equal(item.conditions[0].type, 'Ready');
});

test('a validation is valid with warnings, not with errors, and leaves the frames out', () => {
  const read = { manifests: [], files: 1, documents: 1 };
  const warning = validationJson({ ...read, errors: [manifestError({ severity: 'warning' })] });
  assert.equal(warning['valid'], true);
  const wrong = JSON.parse(jsonText(validationJson({ ...read, errors: [manifestError()] }), 'line'));
  assert.equal(wrong.valid, false);
  assert.deepEqual(wrong.errors[0].frame, undefined);
  assert.equal(wrong.errors[0].line, 10);
});

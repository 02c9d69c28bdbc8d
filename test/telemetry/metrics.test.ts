import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { METRICS } from '../../src/telemetry/catalog.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import type { ServiceSnapshot } from '../../src/telemetry/service-metrics.ts';

const web: ServiceSnapshot = {
  key: 'default/web',
  cluster: 'agents',
  service: 'web',
  region: 'eu-west-1',
  mode: 'manage',
  suspended: false,
  generation: 3,
  observedGeneration: 2,
  sync: 'OutOfSync',
  health: 'Progressing',
  conditions: [
    { type: 'Ready', status: 'False' },
    { type: 'Synced', status: 'Unknown' },
  ],
  desired: 2,
  running: 1,
  drift: ['cpu'],
  rollout: { state: 'InProgress', startedAt: '2026-01-01T00:00:00Z' },
  lastSuccessAt: '2026-01-01T00:00:30Z',
};

function metricsOf(services: () => readonly ServiceSnapshot[] = () => [], processMetrics = false): Metrics {
  const metrics = createMetrics({ version: '1.2.3', commit: 'abc', workers: 4, processMetrics });
  metrics.watchServices(services);
  return metrics;
}

/** The samples as `name{labels}` to value, histogram buckets left out. */
async function samples(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const pairs = lines.map((line): [string, number] => {
    const space = line.lastIndexOf(' ');
    return [line.slice(0, space), Number(line.slice(space + 1))];
  });
  return new Map(pairs.filter(([name]) => !name.includes('_bucket{')));
}

function fed(services: () => readonly ServiceSnapshot[], processMetrics = false): Metrics {
  const metrics = metricsOf(services, processMetrics);
  const queue = metrics.queue('services', () => ({ ready: 5, unfinishedSeconds: 7, longestRunningSeconds: 4 }));
  queue.added();
  queue.taken(0.5);
  queue.finished(2);
  queue.retried();
  metrics.controller.passStarted();
  metrics.controller.passEnded({ key: 'default/web', result: 'settled', seconds: 1, end: { kind: 'settled' } });
  metrics.rolloutEnded({ key: 'default/web', result: 'succeeded', seconds: 95 });
  metrics
    .source('dir', () => ({ status: 'complete', keys: 3, rejected: 1, takenAt: 1_700_000_000_000 }))
    .rejected([{ severity: 'error', reason: 'schema' }]);
  metrics.leads('controller', true);
  const operation = { api: 'ecs', operation: 'DescribeServices' };
  metrics.aws.callEnded({ ...operation, code: 'OK', seconds: 0.2 });
  metrics.aws.retried(operation);
  metrics.aws.throttled(operation);
  metrics.aws.limiterWaited({ ...operation, seconds: 0.1 });
  metrics.http.served({ method: 'GET', route: '/metrics', status: 200, seconds: 0.01 });
  return metrics;
}

test('the states of a service are sets with one 1 each', async () => {
  const all = await samples(metricsOf(() => [web]));
  const labels = 'ecs_cluster="agents",name="web"';
  const want: Record<string, number> = {
    [`evenkeel_service_sync_status{${labels},status="Synced"}`]: 0,
    [`evenkeel_service_sync_status{${labels},status="OutOfSync"}`]: 1,
    [`evenkeel_service_sync_status{${labels},status="Unknown"}`]: 0,
    [`evenkeel_service_health_status{${labels},status="Progressing"}`]: 1,
    [`evenkeel_service_health_status{${labels},status="Healthy"}`]: 0,
    [`evenkeel_service_condition{${labels},type="Ready",status="True"}`]: 0,
    [`evenkeel_service_condition{${labels},type="Ready",status="False"}`]: 1,
    [`evenkeel_service_condition{${labels},type="Synced",status="Unknown"}`]: 1,
    [`evenkeel_service_info{${labels},key="default/web",region="eu-west-1",mode="manage",suspended="false"}`]: 1,
    [`evenkeel_service_generation{${labels}}`]: 3,
    [`evenkeel_service_observed_generation{${labels}}`]: 2,
    [`evenkeel_service_tasks_desired{${labels}}`]: 2,
    [`evenkeel_service_tasks_running{${labels}}`]: 1,
    [`evenkeel_service_drifted_fields{${labels}}`]: 1,
    [`evenkeel_rollout_in_progress{${labels}}`]: 1,
    [`evenkeel_rollout_start_timestamp_seconds{${labels}}`]: 1_767_225_600,
    [`evenkeel_reconcile_last_success_timestamp_seconds{${labels}}`]: 1_767_225_630,
  };
  for (const [name, value] of Object.entries(want)) assert.equal(all.get(name), value, name);
  assert.ok(!all.has(`evenkeel_service_tasks_pending{${labels}}`), 'what is not known has no series');
});

test('the series of a service that is gone vanish with the next scrape, counters too', async () => {
  let services: readonly ServiceSnapshot[] = [web];
  const metrics = fed(() => services);
  const before = await samples(metrics);
  assert.ok([...before.keys()].some((name) => name.includes('name="web"')));
  services = [];
  metrics.controller.passEnded({ key: 'default/web', result: 'gone', seconds: 1, end: { kind: 'gone' } });
  const after = await samples(metrics);
  assert.deepEqual(
    [...after.keys()].filter((name) => name.includes('name="web"')),
    [],
  );
});

test('passes are counted before the first scrape, under the labels of their service', async () => {
  const all = await samples(fed(() => [web]));
  assert.equal(all.get('evenkeel_reconcile_total{ecs_cluster="agents",name="web",result="settled"}'), 1);
  assert.equal(all.get('evenkeel_reconcile_total{ecs_cluster="agents",name="web",result="error"}'), 0);
  assert.equal(all.get('evenkeel_rollout_total{ecs_cluster="agents",name="web",result="succeeded"}'), 1);
  assert.equal(all.get('evenkeel_rollout_total{ecs_cluster="agents",name="web",result="rolled_back"}'), 0);
});

test('counters of known labels begin at 0', async () => {
  const metrics = metricsOf(() => [web]);
  metrics.source('dir', () => ({ status: 'failed', keys: 0, rejected: 0, takenAt: 0 }));
  metrics.queue('services', () => ({ ready: 0, unfinishedSeconds: 0, longestRunningSeconds: 0 }));
  const all = await samples(metrics);
  for (const name of [
    'evenkeel_reconcile_errors_total{reason="Throttled"}',
    'evenkeel_manifest_errors_total{source="dir",reason="parse"}',
    'evenkeel_reconcile_duration_seconds_count{result="error"}',
    'evenkeel_rollout_duration_seconds_count{result="timeout"}',
    'workqueue_adds_total{name="services"}',
  ]) {
    assert.equal(all.get(name), 0, name);
  }
  assert.ok(!all.has('evenkeel_source_last_sync_timestamp_seconds{source="dir"}'), 'never read: no time');
});

test('a failed reading keeps the time of the last good one', async () => {
  const metrics = metricsOf();
  let status = 'complete';
  let takenAt = 5_000;
  metrics.source('dir', () => ({ status, keys: 1, rejected: 0, takenAt }));
  const name = 'evenkeel_source_last_sync_timestamp_seconds{source="dir"}';
  assert.equal((await samples(metrics)).get(name), 5);
  status = 'failed';
  takenAt = 9_000;
  assert.equal((await samples(metrics)).get(name), 5);
});

test('reasons outside the fixed set become Internal, and error codes are bounded (I37)', async () => {
  const metrics = metricsOf();
  for (let n = 0; n < 500; n++) {
    const end = { kind: 'failed', reason: `Reason${n}` };
    metrics.controller.passEnded({ key: 'a/b', result: 'error', seconds: 0, end });
    metrics.aws.callEnded({ api: 'ecs', operation: 'UpdateService', code: `Code${n}`, seconds: 0.1 });
  }
  const all = await samples(metrics);
  assert.equal(all.get('evenkeel_reconcile_errors_total{reason="Internal"}'), 500);
  const codes = [...all].filter(([name]) => name.startsWith('evenkeel_aws_requests_total'));
  assert.equal(codes.length, 61);
  assert.equal(all.get('evenkeel_aws_requests_total{api="ecs",operation="UpdateService",code="other"}'), 440);
});

test('workers, queue and AWS calls show what was reported', async () => {
  const all = await samples(fed(() => [web]));
  const want: Record<string, number> = {
    evenkeel_active_workers: 0,
    evenkeel_max_concurrent_reconciles: 4,
    'workqueue_depth{name="services"}': 5,
    'workqueue_unfinished_work_seconds{name="services"}': 7,
    'workqueue_longest_running_processor_seconds{name="services"}': 4,
    'workqueue_queue_duration_seconds_sum{name="services"}': 0.5,
    'workqueue_work_duration_seconds_sum{name="services"}': 2,
    'workqueue_retries_total{name="services"}': 1,
    'evenkeel_aws_throttles_total{api="ecs",operation="DescribeServices"}': 1,
    'evenkeel_aws_rate_limiter_wait_seconds_sum{api="ecs"}': 0.1,
    'evenkeel_leader{name="controller"}': 1,
    'leader_election_master_status{name="controller"}': 1,
    'evenkeel_http_requests_total{method="GET",route="/metrics",code="200"}': 1,
    'evenkeel_manifests_loaded{source="dir"}': 3,
    'evenkeel_manifest_files_rejected{source="dir"}': 1,
    'evenkeel_manifest_errors_total{source="dir",reason="schema"}': 1,
    [`evenkeel_build_info{version="1.2.3",commit="abc",node_version="${process.version}"}`]: 1,
  };
  for (const [name, value] of Object.entries(want)) assert.equal(all.get(name), value, name);
});

test('no label has a name that Prometheus set-ups claim for themselves', () => {
  const claimed = ['service', 'namespace', 'cluster', 'job', 'instance', 'pod', 'container', 'endpoint'];
  for (const { name, labels } of Object.values(METRICS)) {
    assert.deepEqual(
      labels.filter((label) => claimed.includes(label)),
      [],
      name,
    );
  }
});

test('every metric of the catalog is in the output, and names are declared once', async () => {
  const text = await fed(() => [{ ...web, pending: 0 }]).render();
  const names = Object.values(METRICS).map((metric) => metric.name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(text, new RegExp(`^${name}[{_ ]`, 'm'), name);
});

test('label values are escaped', async () => {
  const text = await metricsOf(() => [{ ...web, key: 'a"b\\c\nd' }]).render();
  assert.ok(text.includes('key="a\\"b\\\\c\\nd"'));
});

test('two sets of metrics share nothing', async () => {
  const [one, two] = [metricsOf(), metricsOf()];
  one.leads('controller', true);
  assert.ok(!(await two.render()).includes('evenkeel_leader{'));
});

test('promtool finds nothing to complain about', async (t) => {
  const { error } = spawnSync('promtool', ['--version']);
  if (error !== undefined && process.env['EVENKEEL_REQUIRE_PROMTOOL'] !== '1') {
    t.skip('left out: promtool is not on this machine (it comes with Prometheus)');
    return;
  }
  const input = await fed(() => [{ ...web, pending: 0 }], true).render();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.equal(`${stdout}${stderr}`, '');
});

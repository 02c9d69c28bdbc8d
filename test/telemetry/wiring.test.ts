import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AwsObserver, silentObserver } from '../../src/aws/observer.ts';
import { exponentialBackoff } from '../../src/engine/backoff.ts';
import { WorkerController } from '../../src/engine/controller.ts';
import { KeyedQueue } from '../../src/engine/queue.ts';
import { startServer } from '../../src/http/server.ts';
import { SystemClock } from '../../src/lib/clock.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { type Key, keyOf } from '../../src/manifest/key.ts';
import type { ServiceStatus } from '../../src/reconcile/status.ts';
import type { Source, SourceSink } from '../../src/source/source.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('the adapters fit the observers that engine and http declare, and count what they report', async (t) => {
  const clock = new FakeClock();
  const metrics = createMetrics({ version: '1', commit: 'c', workers: 1, processMetrics: false });
  const statuses: readonly ServiceStatus[] = [];
  metrics.watchServices(() => statuses);
  // The figures need the queue and the queue needs its observer: the supplier is first called at a scrape.
  const queue: KeyedQueue<Key> = new KeyedQueue<Key>({
    clock,
    backoff: exponentialBackoff(() => 0),
    observer: metrics.queue('services', () => queue.stats()),
  });
  const controller = new WorkerController<Key>({
    queue,
    clock,
    random: () => 0.5,
    reconciler: { reconcile: () => Promise.reject(new Error('x')) },
    workers: 1,
    passTimeoutMs: 1_000,
    graceMs: 1_000,
    classifyError: () => 'Throttled',
    observer: metrics.controller,
  });
  const stop = new AbortController();
  const running = controller.run(stop.signal);
  queue.add(keyOf('default', 'web'));
  await clock.advance(1_000);
  stop.abort(new Interrupted('shutdown', 'enough'));
  await clock.advance(10_000);
  await running;

  const server = await startServer(
    {
      listen: { port: 0 },
      clock: new SystemClock(),
      routes: async () => ({ status: 204, route: '/x', headers: {}, body: '' }),
      observer: { ...metrics.http, failed: () => undefined },
    },
    t.signal,
  );
  await fetch(`http://127.0.0.1:${server.port}/anything`);
  await server.close();

  const text = await metrics.render();
  for (const line of [
    'evenkeel_reconcile_errors_total{reason="Throttled"} 2',
    'evenkeel_reconcile_duration_seconds_count{result="error"} 2',
    'evenkeel_active_workers 0',
    'workqueue_adds_total{name="services"} 2',
    'workqueue_retries_total{name="services"} 2',
    'evenkeel_http_requests_total{method="GET",route="/x",code="204"} 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});

test('the adapter for AWS calls is an observer of theirs', () => {
  const observer: AwsObserver = createMetrics({ version: '1', commit: 'c', workers: 1, processMetrics: false }).aws;
  assert.deepEqual(Object.keys(observer).sort(), Object.keys(silentObserver).sort());
});

/** Compiles only while the source's snapshot and errors fit what the metrics take. */
export function sourceFits(source: Source): Pick<SourceSink, 'rejected'> {
  const { rejected } = createMetrics({ version: '1', commit: 'c', workers: 1 }).source('dir', () => source.snapshot());
  return { rejected: (_origin, errors) => rejected(errors) };
}

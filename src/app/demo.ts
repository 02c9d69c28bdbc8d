import { join } from 'node:path';
import { createRoutes } from '../http/routes.ts';
import { startServer } from '../http/server.ts';
import { UsageError } from '../lib/errors.ts';
import type { ServiceStatus } from '../reconcile/status.ts';
import { chainOf } from '../resources/chain.ts';
import { startSandboxServer } from '../sandbox/http.ts';
import { SandboxWorld } from '../sandbox/world.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Config } from './config.ts';
import { directorySource } from './daemon.ts';
import { forgetFailure } from './forget-failure.ts';
import { GatewayRegistry, sandboxTransports } from './gateways.ts';
import type { DemoOptions, DemoReport, Surroundings } from './host.ts';
import { sandboxImages } from './images.ts';
import { Keeper } from './keeper.ts';
import { VERSION } from './version.ts';

/** So much faster than AWS do tasks live in the demo. */
const SPEED = 10;
const POLL_MS = 500;
const LOOK_MS = 200;
/** Everything has settled long before this. */
const PATIENCE_MS = 180_000;
const KNOWN_WITHIN_MS = 15_000;
/** The example that fails on purpose says so in its name. */
const FAILS_ON_PURPOSE = 'crash';

/** The controller against a sandbox in this process, with the example services. */
export async function runDemo(config: Config, surroundings: Surroundings, options: DemoOptions): Promise<DemoReport> {
  const { clock, random } = surroundings;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const startedAt = clock.elapsed();
  const metrics = createMetrics({ version: VERSION, commit: '', workers: config.workers });
  const log = createLog({ stream: { write: () => undefined }, level: 'silent', pretty: false, clock });
  const world = new SandboxWorld({ clock, random, options: { speed: SPEED } });

  await using stack = new AsyncDisposableStack();
  const transportFor = await sandboxTransports(world);
  const gateways = stack.use(
    new GatewayRegistry({ transportFor, clock, random, observer: metrics.aws, quota: config.quota }),
  );
  const sourcePath = join(import.meta.dirname, '..', '..', 'examples', 'demo');
  const source = stack.use(directorySource({ ...config, sourcePath }, clock));
  const context = { gateways, clock, controllerId: 'demo', rolloutPollMs: POLL_MS };
  const keeper = new Keeper({
    config: { ...config, resyncMs: 5_000 },
    chain: chainOf(context, sandboxImages()),
    gateways,
    source,
    clock,
    random,
    log,
    metrics,
    forgetFailure: (loaded, stopped) => forgetFailure(context, loaded, stopped),
    onEvent: (key, event) => options.onEvent({ kind: 'event', key, ...event }),
  });
  const sandbox = await startSandboxServer({ world, port: 0, signal: new AbortController().signal });
  stack.defer(() => sandbox.close());
  const listen = { host: '127.0.0.1', port: options.ends ? 0 : config.listen.port };
  const server = stack.use(
    await startServer({ listen, routes: createRoutes(keeper.readModel()), clock }, new AbortController().signal),
  );
  const url = `http://${server.host}:${server.port}`;
  options.onEvent({ kind: 'started', url, sandboxUrl: sandbox.url });
  const running = keeper.run(signal);
  running.catch(() => undefined);
  await untilKnown(source, clock, signal);

  const services = await untilSettled(keeper, source.snapshot().keys, clock, signal);
  const report = { services, seconds: (clock.elapsed() - startedAt) / 1000, asExpected: services.every(isAsExpected) };
  options.onEvent({ kind: 'settled', services, seconds: report.seconds });
  if (options.ends) stop.abort(new Error('the demo is over'));
  await running;
  return { ...report, services: keeper.statuses.all() };
}

async function untilKnown(
  source: { snapshot(): { readonly status: string } },
  clock: Surroundings['clock'],
  signal: AbortSignal,
): Promise<void> {
  const deadline = clock.elapsed() + KNOWN_WITHIN_MS;
  while (!signal.aborted && source.snapshot().status === 'failed') {
    if (clock.elapsed() > deadline)
      throw new UsageError('the example services cannot be read: is the package complete?');
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

async function untilSettled(
  keeper: Keeper,
  count: number,
  clock: Surroundings['clock'],
  signal: AbortSignal,
): Promise<readonly ServiceStatus[]> {
  const deadline = clock.elapsed() + PATIENCE_MS;
  for (;;) {
    const services = keeper.statuses.all();
    if (services.length >= count && services.every(isSettled)) return services;
    if (signal.aborted || clock.elapsed() > deadline) return services;
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

/** Ready, or failed for good. */
function isSettled(status: ServiceStatus): boolean {
  const state = status.rollout?.state;
  return isReady(status) || state === 'Failed' || state === 'RolledBack';
}

function isAsExpected(status: ServiceStatus): boolean {
  const meantToFail = status.image?.includes(FAILS_ON_PURPOSE) === true;
  return meantToFail ? !isReady(status) && isSettled(status) : isReady(status);
}

function isReady(status: ServiceStatus): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

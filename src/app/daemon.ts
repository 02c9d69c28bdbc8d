import { dirname, join } from 'node:path';
import { createRoutes } from '../http/routes.ts';
import { startServer } from '../http/server.ts';
import { chainOf } from '../resources/chain.ts';
import { ChokidarWatcher } from '../source/chokidar-watcher.ts';
import { DirectorySource } from '../source/directory.ts';
import { NodeFileTree } from '../source/node-file-tree.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Config } from './config.ts';
import { forgetFailure } from './forget-failure.ts';
import { GatewayRegistry, sdkTransports } from './gateways.ts';
import type { DaemonOptions, Surroundings } from './host.ts';
import { imageParts } from './images.ts';
import { Keeper } from './keeper.ts';
import { manifestReader } from './manifest-reading.ts';
import { VERSION } from './version.ts';

export type DaemonConfig = Config & { readonly sourcePath: string };

/** `evenkeel run`. Resolves when everything has drained after `options.signal` aborted. */
export async function runDaemon(
  config: DaemonConfig,
  surroundings: Surroundings,
  options: DaemonOptions,
): Promise<void> {
  const { clock, random } = surroundings;
  const { signal } = options;
  const log = createLog({
    stream: options.log,
    level: config.logLevel,
    pretty: config.logFormat === undefined ? options.pretty : config.logFormat === 'text',
    clock,
  });
  const metrics = createMetrics({ version: VERSION, commit: '', workers: config.workers });
  log.info('program.starting', {
    version: VERSION,
    region: config.region,
    source: config.sourcePath,
    workers: config.workers,
  });

  // Ends in the opposite order: the server answers until everything else is over.
  await using stack = new AsyncDisposableStack();
  const transportFor = sdkTransports(config);
  const gateways = stack.use(
    new GatewayRegistry({ transportFor, clock, random, observer: metrics.aws, quota: config.quota }),
  );
  const source = stack.use(directorySource(config, clock));
  const context = { gateways, clock, controllerId: config.controllerId };
  const keeper = new Keeper({
    config,
    chain: chainOf(context, imageParts(config, surroundings, gateways)),
    gateways,
    directoryOf: ({ origin }) => dirname(join(config.sourcePath, origin.file)),
    source,
    clock,
    random,
    log,
    metrics,
    forgetFailure: (loaded, stop) => forgetFailure(context, loaded, stop),
  });
  const routes = createRoutes(keeper.readModel(), config.token === undefined ? {} : { writeToken: config.token });
  const httpObserver = {
    served: (request: Parameters<typeof metrics.http.served>[0]) => metrics.http.served(request),
    failed: (error: Error) => log.error('http.failed', { error }),
  };
  const server = stack.use(
    await startServer({ listen: config.listen, routes, clock, observer: httpObserver }, new AbortController().signal),
  );
  log.info('http.listening', { host: server.host, port: server.port });
  await keeper.run(signal);
  log.info('program.stopped', {});
}

/** The manifests of a directory, as the configuration names it. */
export function directorySource(config: DaemonConfig, clock: Surroundings['clock']): DirectorySource {
  return new DirectorySource({
    path: config.sourcePath,
    tree: new NodeFileTree(),
    watcher: new ChokidarWatcher(),
    clock,
    load: manifestReader({ variables: config.variables, defaultRegion: config.region }),
    graceMs: config.pruneGraceMs,
  });
}

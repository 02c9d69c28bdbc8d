import { silentObserver } from '../aws/observer.ts';
import { UsageError } from '../lib/errors.ts';
import { chainOf } from '../resources/chain.ts';
import { type Config, readConfig } from './config.ts';
import type { ConfigInput } from './config-input.ts';
import { HttpDaemonClient } from './daemon-client.ts';
import { GatewayRegistry, sdkTransports } from './gateways.ts';
import type { Host, RunningSandbox, Surroundings } from './host.ts';
import { imageParts } from './images.ts';
import { OneShot } from './one-shot.ts';
import type { Program } from './program.ts';

/**
 * Wires the program for every command. The only place that chooses between implementations. What serves is loaded only
 * by the commands that serve: metrics, log, HTTP and the sandbox take time to load that a plan has no use for.
 */
export function createHost(surroundings: Surroundings): Host {
  const configOf = (input: ConfigInput): Config => readConfig(input, surroundings.env);
  return {
    program: (input) => oneShot(configOf(input), surroundings),
    daemon: async (input) => {
      const { server, token } = configOf(input);
      return new HttpDaemonClient(server, token);
    },
    runDaemon: async (input, options) => {
      const config = configOf(input);
      if (config.sourcePath === undefined) throw new UsageError('name the manifests to keep: --source dir:PATH');
      const { runDaemon } = await import('./daemon.ts');
      await runDaemon({ ...config, sourcePath: config.sourcePath }, surroundings, options);
    },
    startSandbox: async (input, signal): Promise<RunningSandbox> => {
      const config = configOf(input);
      const { serveSandbox } = await import('./serve-sandbox.ts');
      return serveSandbox(config, surroundings, signal);
    },
    runDemo: async (input, options) => {
      const config = configOf(input);
      const { runDemo } = await import('./demo.ts');
      return runDemo(config, surroundings, options);
    },
  };
}

async function oneShot(config: Config, surroundings: Surroundings): Promise<Program> {
  const { clock, random } = surroundings;
  const transportFor = sdkTransports(config);
  const gateways = new GatewayRegistry({ transportFor, clock, random, observer: silentObserver, quota: config.quota });
  const images = imageParts(config, surroundings, gateways);
  const chain = chainOf({ gateways, clock, controllerId: config.controllerId }, images);
  return new OneShot({ config, gateways, chain, clock, random });
}

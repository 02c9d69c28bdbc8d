import { startSandboxServer } from '../sandbox/http.ts';
import { SandboxWorld } from '../sandbox/world.ts';
import type { Config } from './config.ts';
import type { RunningSandbox, Surroundings } from './host.ts';

/** The sandbox as an HTTP endpoint, on this machine only. */
export async function serveSandbox(
  config: Config,
  { clock, random }: Surroundings,
  signal: AbortSignal,
): Promise<RunningSandbox> {
  const world = new SandboxWorld({ clock, random, options: { speed: config.sandboxSpeed } });
  const server = await startSandboxServer({ world, port: config.sandboxPort, signal });
  return {
    url: server.url,
    region: config.region,
    account: world.options.account,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

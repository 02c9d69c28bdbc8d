import type { Random } from '../lib/random.ts';
import { describeRule } from '../sandbox/faults/describe-rule.ts';
import type { FaultRule } from '../sandbox/faults/fault-rule.ts';
import { startSandboxServer } from '../sandbox/http.ts';
import { SandboxWorld } from '../sandbox/world.ts';
import type { Config } from './config.ts';
import type { RunningSandbox, Surroundings } from './host.ts';
import { readFaults } from './read-faults.ts';

/** The sandbox as an HTTP endpoint, on this machine only. */
export async function serveSandbox(
  config: Config,
  { clock, random }: Surroundings,
  signal: AbortSignal,
): Promise<RunningSandbox> {
  const faults = config.faultsPath === undefined ? undefined : await faultsOf(config.faultsPath, random);
  const registry = config.sandboxRegistry;
  const options = { speed: config.sandboxSpeed, ...(registry === undefined ? {} : { registry }) };
  const world = new SandboxWorld({ clock, random, options, ...(faults === undefined ? {} : { faults }) });
  const server = await startSandboxServer({ world, port: config.sandboxPort, signal });
  return {
    url: server.url,
    region: config.region,
    account: world.options.account,
    ...(faults === undefined ? {} : { faults: faultLines(faults) }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

interface Faults {
  readonly rules: readonly FaultRule[];
  readonly seed: number;
}

/** A seed of its own for every run that names none, shown so that it can be named the next time. */
async function faultsOf(file: string, random: Random): Promise<Faults> {
  const { rules = [], seed = Math.floor(random() * 2 ** 32) } = await readFaults(file);
  return { rules, seed };
}

function faultLines({ rules, seed }: Faults): readonly string[] {
  const said = rules.map((rule) => `  ${describeRule(rule)}`);
  return [`It misbehaves by ${rules.length === 1 ? 'one rule' : `${rules.length} rules`}, seed ${seed}:`, ...said];
}

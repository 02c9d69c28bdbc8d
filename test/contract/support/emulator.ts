import { seededRandom } from '../../../src/lib/random.ts';
import { startSandboxServer } from '../../../src/sandbox/http.ts';
import { SandboxWorld } from '../../../src/sandbox/world.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startMoto } from './moto-server.ts';
import { askEc2, createCluster } from './raw-aws.ts';
import type { WireCall } from './recording-proxy.ts';

export const CLUSTER = 'agents';

/** Something that claims to be AWS, with one cluster and a network in `us-east-1`. */
export interface Emulator extends AsyncDisposable {
  readonly name: EmulatorName;
  readonly url: string;
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Puts right what it answers in a form that the SDK cannot read; the table of divergences has each case. */
  readonly mend?: (call: WireCall, answer: string) => string;
  /** Lets time pass there. Where time does not matter, nothing happens. */
  pass(ms: number): Promise<void>;
}
export type EmulatorName = 'sandbox' | 'moto';

export async function startSandboxEmulator(): Promise<Emulator> {
  const clock = new FakeClock();
  const stop = new AbortController();
  // moto never implies anything and never throttles.
  const options = {
    impliedClusters: false,
    impliedTargetGroups: false,
    impliedImages: false,
    impliedProjects: false,
    impliedBuckets: false,
    throttling: false,
  };
  const world = new SandboxWorld({ clock, random: seededRandom(1), options });
  const server = await startSandboxServer({ world, port: 0, signal: stop.signal });
  await createCluster(server.url, CLUSTER);
  return {
    name: 'sandbox',
    url: server.url,
    vpc: 'vpc-0a1b2c3d4e5f60718',
    subnets: ['subnet-0a1b2c3d4e5f60718', 'subnet-1a2b3c4d5e6f70819'],
    securityGroups: ['sg-0a1b2c3d4e5f60718'],
    pass: (ms) => clock.advance(ms),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** moto writes the times of builds as text, where AWS's JSON protocol has seconds. */
function withSeconds({ operation }: WireCall, answer: string): string {
  if (!/Builds?$/.test(operation)) return answer;
  return answer.replaceAll(/("(?:start|end)Time": )"([^"]+)"/g, (_, name: string, time: string) => {
    return `${name}${Date.parse(time) / 1000}`;
  });
}

export async function startMotoEmulator(): Promise<Emulator> {
  const server = await startMoto();
  await createCluster(server.url, CLUSTER);
  const subnets = await askEc2(server.url, 'DescribeSubnets', 'subnetId');
  const securityGroups = await askEc2(server.url, 'DescribeSecurityGroups', 'groupId');
  const [vpc] = await askEc2(server.url, 'DescribeVpcs', 'vpcId');
  return {
    name: 'moto',
    url: server.url,
    vpc: vpc!,
    subnets: subnets.slice(0, 2),
    securityGroups: securityGroups.slice(0, 1),
    mend: withSeconds,
    pass: async () => {},
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

import { SystemClock } from '../../src/lib/clock.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import type { Figure } from './figures.ts';
import { loadedManifests, SandboxStand } from './sandbox-stand.ts';

const never = new AbortController().signal;
/** What the sandbox's tasks do in minutes takes them milliseconds. */
const SPEED = 10_000;
const SETTLE_MS = 500;

/** Many services over the sandbox in this very process: what reading, planning and comparing take without a network. */
export async function measureInProcess(services: number): Promise<readonly Figure[]> {
  const clock = new SystemClock();
  const env = { EVENKEEL_QUOTA_SCALE: '10000' };
  const stand = new SandboxStand({ clock, sandbox: { speed: SPEED }, env });
  const read = await timed(async () => loadedManifests(services));
  const manifests = read.value;
  await create(stand, manifests);
  await clock.sleep(SETTLE_MS, never);
  stand.calls();

  await using program = stand.program();
  const cold = await timed(() => program.plan(manifests, never));
  const coldCalls = stand.calls().total;
  const warm = await timed(() => program.plan(manifests, never));
  const warmCalls = stand.calls().total;
  const changes = warm.value.plans.reduce((sum, plan) => sum + plan.actions.length, warm.value.failures.length);
  if (changes > 0) throw new Error(`the plan after the creation is not empty: ${changes} actions or failures`);
  return [
    { name: `read ${services} manifests: CPU`, value: read.cpuSeconds, unit: 's' },
    { name: `cold plan of ${services} services: CPU`, value: cold.cpuSeconds, unit: 's' },
    { name: `cold plan of ${services} services: calls a service`, value: coldCalls / services, unit: '' },
    { name: `resync of ${services} services: CPU`, value: warm.cpuSeconds, unit: 's' },
    { name: `resync of ${services} services: calls a service`, value: warmCalls / services, unit: '' },
  ];
}

async function create(stand: SandboxStand, manifests: readonly LoadedManifest[]): Promise<void> {
  await using program = stand.program();
  const plan = await program.plan(manifests, never);
  await program.apply(plan, { wait: false, onEvent: () => undefined }, never);
}

async function timed<Value>(work: () => Promise<Value>): Promise<{ value: Value; cpuSeconds: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, cpuSeconds: (user + system) / 1e6 };
}

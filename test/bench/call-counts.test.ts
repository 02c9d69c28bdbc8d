import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWorld } from '../scenario/world.ts';
import { drive } from '../support/drive.ts';
import { FakeClock } from '../support/fake-clock.ts';
import type { Calls } from './counting-proxy.ts';
import { BARS } from './figures.ts';
import { loadedManifests, SandboxStand } from './sandbox-stand.ts';

const SERVICES = 100;
const MINUTE_MS = 60_000;
/** As an answer from another region: batches must not rest on answers that come at once. */
const SANDBOX = { latencyMs: 80 };
const UNHURRIED = { EVENKEEL_QUOTA_SCALE: '1000' };
const never = new AbortController().signal;

class Bench {
  readonly clock = new FakeClock();
  readonly manifests = loadedManifests(SERVICES);
  readonly stand: SandboxStand;

  constructor(env: Readonly<Record<string, string>>) {
    this.stand = new SandboxStand({ clock: this.clock, sandbox: SANDBOX, env });
  }

  /** Plans and applies, as a process of its own; the outcomes and the calls. */
  async apply(): Promise<{ readonly outcomes: ReadonlySet<string>; readonly calls: Calls }> {
    await using program = this.stand.program();
    const plan = await drive(this.clock, program.plan(this.manifests, never));
    const report = await drive(this.clock, program.apply(plan, { wait: false, onEvent: () => undefined }, never));
    return { outcomes: new Set(report.results.map(({ outcome }) => outcome)), calls: this.stand.calls() };
  }

  async plan(): Promise<{ readonly actions: number; readonly failures: number; readonly calls: Calls }> {
    await using program = this.stand.program();
    const { plans, failures } = await drive(this.clock, program.plan(this.manifests, never));
    const actions = plans.reduce((sum, plan) => sum + plan.actions.length, 0);
    return { actions, failures: failures.length, calls: this.stand.calls() };
  }
}

function holds(calls: Calls, bar: number): void {
  const each = calls.total / SERVICES;
  assert.ok(each <= bar, `${each} calls a service, at most ${bar}: ${calls.text}`);
}

test('a hundred services are created, planned and applied again within the bars', async () => {
  const bench = new Bench(UNHURRIED);
  const created = await bench.apply();
  assert.deepEqual([...created.outcomes], ['left']);
  assert.equal(created.calls.mutating, 3 * SERVICES, 'a log group, a revision, a service: each written once');
  holds(created.calls, BARS.createCalls);

  await bench.clock.advance(5 * MINUTE_MS);
  const planned = await bench.plan();
  assert.deepEqual([planned.actions, planned.failures], [0, 0]);
  holds(planned.calls, BARS.planCalls);

  const again = await bench.apply();
  assert.deepEqual([...again.outcomes], ['unchanged']);
  assert.equal(again.calls.mutating, 0, again.calls.text);
  holds(again.calls, BARS.planCalls);
});

test('a cold plan stays within its bar when the quotas let its own calls through one by one', async () => {
  const bench = new Bench({});
  await bench.apply();
  await bench.clock.advance(5 * MINUTE_MS);
  const planned = await bench.plan();
  assert.deepEqual([planned.actions, planned.failures], [0, 0]);
  holds(planned.calls, BARS.planCalls);
});

test('a hundred services that differ in age share their calls in every resync, and nothing is written', () =>
  inWorld({ sandbox: SANDBOX }, async (world) => {
    for (const loaded of loadedManifests(SERVICES)) {
      world.write(loaded);
      await world.advanceSeconds(1);
    }
    for (const { key } of loadedManifests(SERVICES)) await world.untilReady(key);
    await world.advanceMinutes(5);
    world.sent();
    const resyncs = 5;
    await world.advanceMinutes(resyncs);
    const sent = world.sent().map(({ operation }) => operation);
    assert.ok(sent.length >= resyncs * (SERVICES / 10), 'every service was looked at in every resync');
    assert.ok(sent.length <= resyncs * SERVICES * BARS.resyncCalls, `${sent.length} calls`);
    assert.deepEqual(
      sent.filter((operation) => !/:Describe/.test(operation)),
      [],
    );
  }));

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/app/config.ts';
import { GatewayRegistry } from '../../src/app/gateways.ts';
import { OneShot } from '../../src/app/one-shot.ts';
import type { ApplyEvent, ApplyResult, PlanReport } from '../../src/app/program.ts';
import { AwsFault } from '../../src/aws/errors.ts';
import { silentObserver } from '../../src/aws/observer.ts';
import type { EcsService } from '../../src/aws/operations.ts';
import { UsageError } from '../../src/lib/errors.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { LoadedManifest } from '../../src/manifest/load.ts';
import { chainOf } from '../../src/resources/chain.ts';
import { tagMap } from '../../src/resources/context.ts';
import { SandboxTransport } from '../../src/sandbox/transport.ts';
import { SandboxWorld } from '../../src/sandbox/world.ts';
import { accessDenied, FaultyTransport, isWrite, on, serverError } from '../scenario/faulty-transport.ts';
import { drive } from '../support/drive.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { REGION, simpleManifest } from '../support/rig.ts';

const { signal } = new AbortController();
const TARGET = { cluster: 'agents', service: 'web', region: REGION };
const good = simpleManifest();
const crashing = simpleManifest({ image: { uri: 'example.com/crash:1' } });

/** The commands that do one thing and end, over the sandbox, on a clock that the test turns. */
class Shell {
  readonly clock = new FakeClock();
  readonly world = new SandboxWorld({
    clock: this.clock,
    random: seededRandom(1),
    options: { throttling: false, speed: 10 },
  });
  readonly aws = new FaultyTransport(new SandboxTransport(this.world, REGION));
  readonly events: ApplyEvent[] = [];
  readonly program: OneShot;

  constructor() {
    const { clock } = this;
    const input = { verb: 'apply', variables: {}, sources: [], prune: false };
    const config = { ...readConfig(input, {}), quota: { share: 1, scale: 1000 } };
    const random = seededRandom(2);
    const parts = { clock, random, observer: silentObserver, quota: config.quota };
    const gateways = new GatewayRegistry({ ...parts, transportFor: () => this.aws });
    const chain = chainOf({ gateways, clock, controllerId: config.controllerId });
    this.program = new OneShot({ config, gateways, chain, clock, random });
  }

  run<Value>(work: Promise<Value>): Promise<Value> {
    return drive(this.clock, work);
  }

  plan(...manifests: readonly LoadedManifest[]): Promise<PlanReport> {
    return this.run(this.program.plan(manifests, signal));
  }

  async apply(loaded: LoadedManifest, wait = true): Promise<ApplyResult> {
    return this.carryOut(await this.plan(loaded), wait);
  }

  async carryOut(report: PlanReport, wait = true): Promise<ApplyResult> {
    const options = { wait, onEvent: (event: ApplyEvent) => void this.events.push(event) };
    const { results } = await this.run(this.program.apply(report, options, signal));
    assert.equal(results.length, 1);
    return results[0]!;
  }

  async delete(): Promise<ApplyResult> {
    return this.carryOut(await this.run(this.program.planDelete(TARGET, signal)));
  }

  mutations(): readonly string[] {
    return this.aws.sent
      .splice(0)
      .map(({ operation }) => operation)
      .filter(isWrite);
  }

  async person(operation: string, input: object): Promise<Record<string, unknown>> {
    return (await new SandboxTransport(this.world, REGION).send(operation, input, { signal })) as never;
  }

  async service(): Promise<EcsService | undefined> {
    const answer = await this.person('ecs:DescribeServices', {
      cluster: 'agents',
      services: ['web'],
      include: ['TAGS'],
    });
    return (answer['services'] as readonly EcsService[])[0];
  }
}

interface Row {
  readonly what: string;
  readonly before?: LoadedManifest;
  readonly given?: (shell: Shell) => unknown;
  readonly manifest: LoadedManifest;
  readonly wait?: boolean;
  readonly outcome: ApplyResult['outcome'];
}

const noBreaker = { circuitBreaker: { enabled: false, rollback: false }, timeoutMinutes: 5 };
const OUTCOMES: readonly Row[] = [
  { what: 'nothing is there', manifest: good, outcome: 'created' },
  { what: 'it is as the manifest says', before: good, manifest: good, outcome: 'unchanged' },
  { what: 'the count differs', before: good, manifest: simpleManifest({ desiredCount: 2 }), outcome: 'updated' },
  { what: 'only a tag differs', before: good, manifest: simpleManifest({ tags: { a: 'b' } }), outcome: 'updated' },
  { what: 'ECS goes back', before: good, manifest: crashing, outcome: 'rolled-back' },
  { what: 'there is nothing to go back to', manifest: crashing, outcome: 'failed' },
  {
    what: 'no breaker ends it',
    before: simpleManifest({ rollout: noBreaker }),
    manifest: simpleManifest({ rollout: noBreaker, image: { uri: 'example.com/crash:1' } }),
    outcome: 'timed-out',
  },
  { what: 'nobody waits', manifest: good, wait: false, outcome: 'left' },
  { what: 'nobody waits and nothing is to be done', before: good, manifest: good, wait: false, outcome: 'unchanged' },
  {
    what: 'another account is meant',
    manifest: simpleManifest({
      account: '999999999999',
      executionRoleArn: 'arn:aws:iam::999999999999:role/ecsTaskExecutionRole',
    }),
    outcome: 'refused',
  },
  {
    what: 'this version cannot do it',
    manifest: simpleManifest({ rollout: { strategy: 'canary' } }),
    outcome: 'refused',
  },
  {
    what: 'the manifest only observes',
    before: good,
    manifest: simpleManifest({ mode: 'observe' }),
    outcome: 'unchanged',
  },
  {
    what: 'AWS denies the write',
    given: (shell) => shell.aws.trouble({ when: on('ecs:CreateService'), fault: accessDenied }),
    manifest: good,
    outcome: 'error',
  },
  {
    what: 'AWS fails for good',
    given: (shell) => shell.aws.trouble({ when: on('ecs:CreateService'), fault: serverError }),
    manifest: good,
    outcome: 'error',
  },
  {
    what: 'AWS fails once, after the effect',
    given: (shell) => shell.aws.trouble({ when: on('ecs:CreateService'), fault: serverError, after: true, times: 1 }),
    manifest: good,
    outcome: 'created',
  },
  {
    what: 'AWS fails three times and then works',
    given: (shell) => shell.aws.trouble({ when: on('ecs:CreateService'), fault: serverError, times: 3 }),
    manifest: good,
    outcome: 'created',
  },
];

for (const { what, before, given, manifest, wait, outcome } of OUTCOMES) {
  test(`apply: ${what}: ${outcome}`, async () => {
    const shell = new Shell();
    if (before !== undefined) await shell.apply(before);
    given?.(shell);
    const result = await shell.apply(manifest, wait);
    assert.equal(result.outcome, outcome, result.message);
    assert.notEqual(result.message, '');
    assert.deepEqual(shell.events.filter((event) => event.kind === 'ended').at(-1), {
      kind: 'ended',
      key: manifest.key,
      result,
    });
  });
}

test('who waits after a failure is told that it is for another try, and why', async () => {
  const shell = new Shell();
  // More often than a call is sent again by itself.
  shell.aws.trouble({ when: on('ecs:CreateService'), fault: serverError, times: 6 });
  await shell.apply(good);
  const waited = shell.events.flatMap((event) => (event.kind === 'waiting' ? [event.on] : []));
  assert.match(waited[0] ?? '', /^another try: .*CreateService/);
});

test('a failed rollout applied again is the same failure, with no deployment', async () => {
  const shell = new Shell();
  await shell.apply(good);
  await shell.apply(crashing);
  await shell.apply(crashing);
  shell.mutations();
  assert.equal((await shell.apply(crashing)).outcome, 'rolled-back');
  assert.deepEqual(shell.mutations(), []);
});

test('a failure that was forgotten is tried exactly once more', async () => {
  const shell = new Shell();
  await shell.apply(good);
  await shell.apply(crashing);
  await shell.apply(crashing);
  shell.mutations();
  assert.equal(await shell.run(shell.program.forgetFailure(crashing, signal)), true);
  assert.equal((await shell.apply(crashing)).outcome, 'rolled-back');
  await shell.apply(crashing);
  assert.equal(shell.mutations().filter((operation) => operation === 'ecs:UpdateService').length, 1);
  assert.equal(await shell.run(shell.program.forgetFailure(good, signal)), true);
});

test('a plan writes nothing, and says who would act', async () => {
  const shell = new Shell();
  const report = await shell.plan(good);
  assert.deepEqual(shell.mutations(), []);
  assert.deepEqual(
    report.identities.map(({ account, region }) => [account, region]),
    [['123456789012', REGION]],
  );
  assert.equal(report.plans[0]?.actions.length, 3);
});

test('the second apply right after the first sends nothing that changes anything', async () => {
  const shell = new Shell();
  await shell.apply(good);
  shell.mutations();
  const report = await shell.plan(good);
  assert.deepEqual(
    report.plans.flatMap((plan) => plan.actions),
    [],
  );
  assert.equal((await shell.carryOut(report)).outcome, 'unchanged');
  assert.deepEqual(shell.mutations(), []);
});

test('what cannot be read has no plan, and its neighbours have theirs', async () => {
  const shell = new Shell();
  const other = simpleManifest({ cluster: 'dark' }, { name: 'other' });
  const dark = (_operation: string, input: object): boolean => JSON.stringify(input).includes('dark');
  shell.aws.trouble({ when: dark, fault: accessDenied });
  const report = await shell.plan(good, other);
  assert.deepEqual(
    report.plans.map(({ key }) => key),
    [good.key],
  );
  assert.deepEqual(
    report.failures.map(({ key }) => key),
    [other.key],
  );
});

test('a plan of another program is not carried out', async () => {
  const report = await new Shell().plan(good);
  await assert.rejects(new Shell().carryOut(report), /was not made by this program/);
});

test('a plan that has lain for a while is carried out on what is there then', async () => {
  const shell = new Shell();
  await shell.apply(good);
  const report = await shell.plan(simpleManifest({ desiredCount: 3 }));
  await shell.person('ecs:UpdateService', { cluster: 'agents', service: 'web', desiredCount: 3 });
  await shell.clock.advance(120_000);
  shell.mutations();
  assert.equal((await shell.carryOut(report)).outcome, 'updated');
  assert.deepEqual(shell.mutations(), ['ecs:TagResource']);
});

test('deleting by name marks the service and takes target, tasks, service and revisions, in this order', async () => {
  const shell = new Shell();
  await shell.apply(simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 3, targets: [{ cpu: 70 }] } }));
  shell.mutations();
  assert.equal((await shell.delete()).outcome, 'deleted');
  assert.deepEqual(shell.mutations(), [
    'ecs:TagResource',
    'application-autoscaling:DeregisterScalableTarget',
    'ecs:UpdateService',
    'ecs:DeleteService',
    'ecs:DeregisterTaskDefinition',
  ]);
  assert.equal((await shell.service())?.status, 'INACTIVE');
});

test('planning a deletion writes nothing and names what would go', async () => {
  const shell = new Shell();
  await shell.apply(good);
  shell.mutations();
  const report = await shell.run(shell.program.planDelete(TARGET, signal));
  assert.deepEqual(shell.mutations(), []);
  assert.ok(report.plans[0]?.actions.some(({ resource, verb }) => resource === 'service' && verb === 'delete'));
  assert.equal(report.plans[0]?.refusal, undefined);
});

test('deleting a service that is not ours is refused, and its scaling is left alone', async () => {
  const shell = new Shell();
  await shell.apply(simpleManifest({ autoscaling: { minCapacity: 1, maxCapacity: 3, targets: [{ cpu: 70 }] } }));
  const resourceArn = (await shell.service())?.serviceArn;
  await shell.person('ecs:UntagResource', { resourceArn, tagKeys: ['evenkeel:managed-by'] });
  shell.mutations();
  assert.equal((await shell.delete()).outcome, 'refused');
  assert.deepEqual(shell.mutations(), []);
});

test('a service that was made again between plan and deletion is left alone', async () => {
  const shell = new Shell();
  await shell.apply(good);
  const report = await shell.run(shell.program.planDelete(TARGET, signal));
  await shell.person('ecs:DeleteService', { cluster: 'agents', service: 'web', force: true });
  await shell.clock.advance(600_000);
  await shell.apply(good);
  shell.mutations();
  assert.equal((await shell.carryOut(report)).outcome, 'refused');
  assert.deepEqual(shell.mutations(), []);
});

test('naming a service that does not exist is a usage error', async () => {
  const shell = new Shell();
  await assert.rejects(shell.run(shell.program.planDelete(TARGET, signal)), UsageError);
  await assert.rejects(shell.run(shell.program.suspend(TARGET, 'why', signal)), /there is no service 'web'/);
});

test('suspend keeps every apply from writing until resume, and its reason fits a tag', async () => {
  const shell = new Shell();
  await shell.apply(good);
  await shell.run(shell.program.suspend(TARGET, 'incident #7 (see <wiki>)', signal));
  assert.match(tagMap((await shell.service())?.tags)['evenkeel:suspended'] ?? '', /^incident -7/);
  shell.mutations();
  assert.equal((await shell.apply(simpleManifest({ desiredCount: 2 }))).outcome, 'unchanged');
  assert.deepEqual(shell.mutations(), []);
  await shell.run(shell.program.resume(TARGET, signal));
  assert.equal((await shell.apply(simpleManifest({ desiredCount: 2 }))).outcome, 'updated');
});

test('deleting a suspended service is refused, and not called done', async () => {
  const shell = new Shell();
  await shell.apply(good);
  await shell.run(shell.program.suspend(TARGET, 'incident', signal));
  shell.mutations();
  assert.equal((await shell.delete()).outcome, 'refused');
  assert.deepEqual(shell.mutations(), []);
});

test('a service that is not ours cannot be suspended either: nothing is written to it', async () => {
  const shell = new Shell();
  await shell.apply(good);
  const resourceArn = (await shell.service())?.serviceArn;
  await shell.person('ecs:UntagResource', { resourceArn, tagKeys: ['evenkeel:managed-by'] });
  shell.mutations();
  await assert.rejects(shell.run(shell.program.suspend(TARGET, 'why', signal)), UsageError);
  await assert.rejects(shell.run(shell.program.resume(TARGET, signal)), UsageError);
  assert.deepEqual(shell.mutations(), []);
});

test('status looks once and writes nothing: ready, missing and unknown', async () => {
  const shell = new Shell();
  await shell.apply(good);
  shell.mutations();
  const missing = simpleManifest({}, { name: 'missing' });
  const dark = simpleManifest({ cluster: 'dark' }, { name: 'dark' });
  const fault = new AwsFault('AccessDeniedException', 'no', { status: 400 });
  shell.aws.trouble({ when: (_operation, input) => JSON.stringify(input).includes('dark'), fault });
  const statuses = await shell.run(shell.program.status([good, missing, dark], signal));
  assert.deepEqual(shell.mutations(), []);
  assert.deepEqual(
    statuses.map(({ sync, health }) => [sync, health]),
    [
      ['Synced', 'Healthy'],
      ['OutOfSync', 'Missing'],
      ['Unknown', 'Unknown'],
    ],
  );
});

test('an interrupted apply rejects with the reason and sends no more', async () => {
  const shell = new Shell();
  const report = await shell.plan(good);
  const stop = new AbortController();
  const applying = shell.program.apply(report, { wait: true, onEvent: () => undefined }, stop.signal);
  applying.catch(() => undefined);
  await shell.clock.advance(500);
  stop.abort(new Error('interrupted'));
  await assert.rejects(shell.run(applying), /interrupted/);
  const sent = shell.aws.sent.length;
  await shell.clock.advance(600_000);
  assert.equal(shell.aws.sent.length, sent);
});

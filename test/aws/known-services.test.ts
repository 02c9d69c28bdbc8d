import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAwsError } from '../../src/aws/errors.ts';
import { KnownServices } from '../../src/aws/known-services.ts';
import type { EcsService } from '../../src/aws/operations.ts';
import { FakeClock } from '../support/fake-clock.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

function serviceWith(...deployments: readonly (readonly [id: string, status: string, seconds: number])[]): EcsService {
  return {
    serviceArn: 'arn:web',
    deployments: deployments.map(([id, status, seconds]) => ({ id, status, createdAt: at(seconds) })),
  };
}
const REF = { cluster: 'agents', service: 'web' };
const isStale = (thrown: unknown): boolean => isAwsError(thrown, 'transient') && thrown.code === 'StaleAnswer';

test('an answer from before our own update is in doubt, not live', () => {
  const known = new KnownServices(new FakeClock());
  known.wrote(REF, serviceWith(['ours', 'PRIMARY', 10], ['old', 'ACTIVE', 1]));
  assert.throws(() => known.checked(REF, serviceWith(['old', 'PRIMARY', 1])), isStale);
});

test('an answer from before a deployment that was seen is in doubt, whoever made it', () => {
  const known = new KnownServices(new FakeClock());
  known.checked(REF, serviceWith(['old', 'PRIMARY', 1]));
  known.checked(REF, serviceWith(['theirs', 'PRIMARY', 10], ['old', 'ACTIVE', 1]));
  assert.throws(() => known.checked(REF, serviceWith(['old', 'PRIMARY', 1])), isStale);
  known.checked(REF, serviceWith(['theirs', 'PRIMARY', 10]));
});

test('an answer that shows our deployment, or a newer one, is live', () => {
  const known = new KnownServices(new FakeClock());
  known.wrote(REF, serviceWith(['ours', 'PRIMARY', 10]));
  const ours = serviceWith(['ours', 'PRIMARY', 10], ['old', 'ACTIVE', 1]);
  const wentBack = serviceWith(['rollback', 'PRIMARY', 60]);
  assert.equal(known.checked(REF, ours), ours);
  assert.equal(known.checked(REF, wentBack), wentBack);
});

test('after five minutes every answer counts, and so does one of another service', async () => {
  const clock = new FakeClock();
  const known = new KnownServices(clock);
  known.wrote(REF, serviceWith(['ours', 'PRIMARY', 10]));
  const other = serviceWith(['old', 'PRIMARY', 1]);
  assert.equal(known.checked({ ...REF, service: 'other' }, other), other);
  await clock.advance(300_001);
  const old = serviceWith(['old', 'PRIMARY', 1]);
  assert.equal(known.checked(REF, old), old);
});

test('a service that was there a moment ago is not absent: what is deleted leaves remains', async () => {
  const clock = new FakeClock();
  const known = new KnownServices(clock);
  assert.equal(known.checked(REF, undefined), undefined);
  known.checked({ ...REF, cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/agents' }, { status: 'ACTIVE' });
  assert.throws(() => known.checked(REF, undefined), isStale);
  await clock.advance(300_001);
  assert.equal(known.checked(REF, undefined), undefined);
});

test('a service that we created a moment ago and that does not show yet is not absent', () => {
  const known = new KnownServices(new FakeClock());
  known.wrote(REF, serviceWith(['ours', 'PRIMARY', 10]));
  assert.throws(() => known.checked(REF, undefined), isStale);
});

test('remains that are gone from one look to the next may have made way for a service that does not show yet', async () => {
  const clock = new FakeClock();
  const known = new KnownServices(clock);
  known.checked(REF, { status: 'DRAINING' });
  known.checked(REF, { status: 'INACTIVE' });
  assert.throws(() => known.checked(REF, undefined), isStale);
  await clock.advance(300_001);
  assert.equal(known.checked(REF, undefined), undefined);
});

test('what we deleted is not ACTIVE any more, and a later service of its name is', async () => {
  const clock = new FakeClock();
  const known = new KnownServices(clock);
  const first = { status: 'ACTIVE', createdAt: at(1) };
  known.deleted(REF, { ...first, status: 'DRAINING' });
  assert.throws(() => known.checked(REF, first), isStale);
  const draining = { ...first, status: 'DRAINING' };
  assert.equal(known.checked(REF, draining), draining);
  const second = { status: 'ACTIVE', createdAt: at(60) };
  assert.equal(known.checked(REF, second), second);
  await clock.advance(300_001);
  assert.equal(known.checked(REF, first), first);
});

test('what was made anew within the second of the one that was deleted is live', () => {
  const known = new KnownServices(new FakeClock());
  const first: EcsService = { ...serviceWith(['first', 'PRIMARY', 1]), status: 'ACTIVE', createdAt: at(1) };
  const second: EcsService = { ...serviceWith(['second', 'PRIMARY', 1]), status: 'ACTIVE', createdAt: at(1) };
  known.wrote(REF, first);
  known.deleted(REF, first);
  assert.throws(() => known.checked(REF, first), isStale);
  known.wrote(REF, second);
  assert.equal(known.checked(REF, second), second);
});

function version(number: number, seconds = 1): EcsService {
  return {
    ...serviceWith(['ours', 'PRIMARY', 1]),
    createdAt: at(seconds),
    tags: [{ key: 'v', value: String(number) }],
  };
}

test('an answer with a smaller version than was written or seen is in doubt for five minutes', async () => {
  const clock = new FakeClock();
  const known = new KnownServices(clock, 'v');
  known.wrote(REF, version(1));
  known.tagged({ ...REF, service: 'other' }, [{ key: 'v', value: '9' }]);
  assert.equal(known.checked(REF, version(1))?.tags?.[0]?.value, '1');
  known.tagged(REF, [{ key: 'v', value: '2' }]);
  assert.throws(() => known.checked(REF, version(1)), isStale);
  known.checked(REF, version(3));
  assert.throws(() => known.checked(REF, version(2)), isStale);
  await clock.advance(300_001);
  assert.equal(known.checked(REF, version(2))?.tags?.[0]?.value, '2');
});

test('a version is one of a service: a later one of its name begins anew, and one without is in no doubt', () => {
  const known = new KnownServices(new FakeClock(), 'v');
  known.wrote(REF, version(5));
  const untagged = { ...version(5), tags: [] };
  assert.equal(known.checked(REF, untagged), untagged);
  const later = version(1, 60);
  assert.equal(known.checked(REF, later), later);
  known.deleted(REF, later);
  known.wrote(REF, { ...serviceWith(['again', 'PRIMARY', 60]), createdAt: at(60) });
  const again = { ...serviceWith(['again', 'PRIMARY', 60]), createdAt: at(60), tags: [{ key: 'v', value: '0' }] };
  assert.equal(known.checked(REF, again), again);
});

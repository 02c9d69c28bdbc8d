import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAwsError } from '../../src/aws/errors.ts';
import type { EcsService } from '../../src/aws/operations.ts';
import { WrittenServices } from '../../src/aws/written-services.ts';
import { FakeClock } from '../support/fake-clock.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));

function serviceWith(...deployments: readonly (readonly [id: string, status: string, seconds: number])[]): EcsService {
  return {
    serviceArn: 'arn:web',
    deployments: deployments.map(([id, status, seconds]) => ({ id, status, createdAt: at(seconds) })),
  };
}
const isStale = (thrown: unknown): boolean => isAwsError(thrown, 'transient') && thrown.code === 'StaleAnswer';

test('an answer from before our own update is in doubt, not live', () => {
  const written = new WrittenServices(new FakeClock());
  written.note(serviceWith(['ours', 'PRIMARY', 10], ['old', 'ACTIVE', 1]));
  assert.throws(() => written.checked(serviceWith(['old', 'PRIMARY', 1])), isStale);
});

test('an answer that shows our deployment, or a newer one, is live', () => {
  const written = new WrittenServices(new FakeClock());
  written.note(serviceWith(['ours', 'PRIMARY', 10]));
  const ours = serviceWith(['ours', 'PRIMARY', 10], ['old', 'ACTIVE', 1]);
  const wentBack = serviceWith(['rollback', 'PRIMARY', 60]);
  assert.equal(written.checked(ours), ours);
  assert.equal(written.checked(wentBack), wentBack);
  assert.equal(written.checked(undefined), undefined);
});

test('after five minutes every answer counts, and so does one of another service', async () => {
  const clock = new FakeClock();
  const written = new WrittenServices(clock);
  written.note(serviceWith(['ours', 'PRIMARY', 10]));
  const other = { ...serviceWith(['old', 'PRIMARY', 1]), serviceArn: 'arn:other' };
  assert.equal(written.checked(other), other);
  await clock.advance(300_001);
  const old = serviceWith(['old', 'PRIMARY', 1]);
  assert.equal(written.checked(old), old);
});

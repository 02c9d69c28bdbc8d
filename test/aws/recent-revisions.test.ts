import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentRevisions } from '../../src/aws/recent-revisions.ts';
import { FakeClock } from '../support/fake-clock.ts';

const arn = (revision: number): string => `arn:aws:ecs:us-east-1:123456789012:task-definition/web:${revision}`;

test('what was registered stands among what is listed by its number, newest first, within the limit', () => {
  const recent = new RecentRevisions(new FakeClock());
  recent.add('web', arn(1));
  recent.add('web', arn(12));
  assert.deepEqual(recent.joined('web', [arn(9), arn(2)], 3), [arn(12), arn(9), arn(2)]);
  assert.deepEqual(recent.joined('web', [arn(9), arn(2), arn(1)], 10), [arn(12), arn(9), arn(2), arn(1)]);
});

test('it is forgotten after five minutes, or when it is dropped', async () => {
  const clock = new FakeClock();
  const recent = new RecentRevisions(clock);
  recent.add('web', arn(1));
  recent.add('web', arn(2));
  recent.drop(arn(2));
  assert.deepEqual(recent.joined('web', [], 10), [arn(1)]);
  await clock.advance(300_001);
  assert.deepEqual(recent.joined('web', [], 10), []);
  assert.equal(recent.has('web'), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentRevisions } from '../../src/aws/recent-revisions.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('what was registered a moment ago stands before what is listed, newest first, once', () => {
  const recent = new RecentRevisions(new FakeClock());
  recent.add('web', 'web:2');
  recent.add('web', 'web:3');
  assert.deepEqual(recent.joined('web', ['web:1'], 10), ['web:3', 'web:2', 'web:1']);
  assert.deepEqual(recent.joined('web', ['web:2', 'web:1'], 10), ['web:3', 'web:2', 'web:1']);
  assert.deepEqual(recent.joined('web', ['web:1'], 1), ['web:3']);
  assert.deepEqual(recent.joined('other', [], 10), []);
  assert.ok(recent.has('web') && !recent.has('other'));
  assert.ok(recent.knows('web:2') && !recent.knows('web:1'));
});

test('what is gone or in doubt is dropped', () => {
  const recent = new RecentRevisions(new FakeClock());
  recent.add('web', 'web:2');
  recent.drop('web:2');
  recent.drop('never:1');
  assert.deepEqual(recent.joined('web', [], 10), []);
  assert.equal(recent.has('web') || recent.knows('web:2'), false);
});

test('after five minutes the list alone counts', async () => {
  const clock = new FakeClock();
  const recent = new RecentRevisions(clock);
  recent.add('web', 'web:2');
  await clock.advance(300_000);
  assert.deepEqual(recent.joined('web', [], 10), ['web:2']);
  await clock.advance(1);
  assert.deepEqual(recent.joined('web', [], 10), []);
  assert.equal(recent.has('web'), false);
});

test('the newest revision comes first also where the list knows one that this process did not register', () => {
  const recent = new RecentRevisions(new FakeClock());
  recent.add('web', 'web:1');
  recent.add('web', 'web:12');
  assert.deepEqual(recent.joined('web', ['web:9', 'web:2'], 3), ['web:12', 'web:9', 'web:2']);
});

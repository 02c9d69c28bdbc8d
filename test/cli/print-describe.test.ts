import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printDescription } from '../../src/cli/print-describe.ts';
import { difference, PLAIN, rollout, status } from './support/builders.ts';

const NOW = Date.UTC(2026, 0, 1);

test('describe tells all that is known, in the order a person asks', () => {
  const one = status('web', {
    suspended: true,
    rollout: rollout({ state: 'RollingBack', revision: 'web:43', failed: 3, message: 'breaker tripped' }),
    drift: [difference('cpu', { live: 256, desired: 512 })],
    events: [{ at: '2025-12-31T22:00:00Z', type: 'Warning', reason: 'TaskStopped', message: 'exit code 1' }],
  });
  assert.equal(
    printDescription(one, PLAIN, { nowMs: NOW, full: false }),
    `Name:         web
Service:      web
Cluster:      agents (us-east-1, 123456789012)
Source:       deploy/web.yaml
Generation:   3 (observed 3)
Mode:         manage, suspended
Sync:         Synced
Health:       Healthy
Revision:     web:42
Image:        123456789012.dkr.ecr.us-east-1.amazonaws.com/web@sha256:9d3e71aa
Tasks:        2 running, 0 pending, 2 desired
Rollout:      rolling back: 1 of 2 running, 1 pending, 3 failed (web:43). breaker tripped
Conditions:
  Type   Status  Reason   Since  Message
  Ready  True    Running  5m     all tasks run
Differences (live -> manifest):
  cpu  ~ 256 -> 512
Events:
  Type     Reason       Age  Message
  Warning  TaskStopped  2h   exit code 1`,
  );
});

test('older events are counted, and shown with --full', () => {
  const events = Array.from({ length: 12 }, (_, index) => {
    return { at: '2025-12-31T22:00:00Z', type: 'Normal', reason: `R${index}`, message: '' } as const;
  });
  const one = status('web', { events });
  assert.match(printDescription(one, PLAIN, { nowMs: NOW, full: false }), /\n {2}2 older: --full$/);
  assert.match(printDescription(one, PLAIN, { nowMs: NOW, full: true }), /R11/);
});

test('what is not known is left out, and no events are <none>', () => {
  const bare = status('web', { image: undefined as never, rollout: undefined as never, conditions: [] });
  const text = printDescription(bare, PLAIN, { nowMs: NOW, full: false });
  assert.doesNotMatch(text, /Image|Rollout|Differences|undefined/);
  assert.match(text, /Conditions: {3}<none>\nEvents: {7}<none>/);
});

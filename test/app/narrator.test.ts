import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Narrator } from '../../src/app/narrator.ts';
import type { ActionProgress } from '../../src/reconcile/progress.ts';
import { createLog, type LogLevel } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { action, key } from '../cli/support/builders.ts';
import { FakeClock } from '../support/fake-clock.ts';

const TOLD: readonly ActionProgress[] = [
  { kind: 'step', message: 'step 1/2 FROM scratch' },
  { kind: 'result', message: 'built in 3 s' },
  { kind: 'log', message: 'no space left' },
];

/** What is logged at the level, and the events, when a build tells all this. */
function narrated(level: LogLevel): { readonly lines: readonly string[]; readonly events: readonly string[] } {
  const clock = new FakeClock();
  const lines: string[] = [];
  const events: string[] = [];
  const stream = { write: (line: string) => lines.push((JSON.parse(line) as { said: string }).said) };
  const narrator = new Narrator({
    clock,
    log: createLog({ stream, level, pretty: false, clock }),
    metrics: createMetrics({ version: '1', commit: 'c', workers: 1, processMetrics: false }),
    onEvent: (_key, { reason, message }) => events.push(`${reason}: ${message}`),
  });
  const build = action({ resource: 'image', verb: 'build', target: 'web:1f' });
  for (const told of TOLD) narrator.progress(key('web'), build, told);
  return { lines, events };
}

test('results of a build, and the log of its failure, are in the log; its steps only for those who look closely', () => {
  assert.deepEqual(narrated('info').lines, ['built in 3 s', 'no space left']);
  assert.deepEqual(
    narrated('debug').lines,
    TOLD.map(({ message }) => message),
  );
});

test('results of a build are events', () => {
  assert.deepEqual(narrated('info').events, ['Progress: image web:1f: built in 3 s']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingRevisions } from './compare-runs.ts';
import type { EndState } from './end-state.ts';

const end = (...revisions: readonly string[]): EndState => ({
  things: { 'service agents/web': JSON.stringify({ blueprint: { taskDefinition: 'web 2' } }) },
  revisions: Object.fromEntries(revisions.map((name) => [name, 1])),
  deployments: {},
});

test('a revision that a run without faults leaves behind is missed', () => {
  const found = missingRevisions(end('web 1', 'web 2'), end('web 2'), false);
  assert.deepEqual(found, ['no revision of web 1 is left']);
  assert.deepEqual(missingRevisions(end('web 1', 'web 2'), end('web 1', 'web 2', 'web 3'), false), []);
});

test('where edits coalesce only the revision that a service runs is missed', () => {
  assert.deepEqual(missingRevisions(end('web 1', 'web 2'), end('web 2'), true), []);
  assert.deepEqual(missingRevisions(end('web 1', 'web 2'), end('web 1'), true), ['no revision of web 2 is left']);
});

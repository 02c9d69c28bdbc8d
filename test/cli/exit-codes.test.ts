import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplyResult } from '../../src/app/program.ts';
import { exitCodeOfAbort, exitCodeOfApply, exitCodeOfPlan } from '../../src/cli/exit-codes.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { creation, key, plan, report, result } from './support/builders.ts';

type Outcome = ApplyResult['outcome'];

const APPLY: readonly (readonly [readonly Outcome[], number])[] = [
  [[], 0],
  [['unchanged', 'created', 'updated', 'deleted', 'left'], 0],
  [['refused'], 1],
  [['error'], 1],
  [['rolled-back'], 4],
  [['failed'], 5],
  [['timed-out'], 6],
  [['updated', 'rolled-back', 'error'], 4],
  [['rolled-back', 'failed', 'timed-out'], 5],
  [['timed-out', 'error'], 1],
];
for (const [outcomes, code] of APPLY) {
  test(`an apply that ends ${outcomes.join(', ') || 'without results'} exits ${code}`, () => {
    const results = outcomes.map((outcome, index) => result(`s${index}`, outcome));
    assert.equal(exitCodeOfApply({ results, seconds: 1 }, new Set()), code);
  });
}

test('what the manifest itself asked to leave alone is no error', () => {
  assert.equal(exitCodeOfApply({ results: [result('a', 'refused')], seconds: 1 }, new Set([key('a')])), 0);
});

const changed = report([creation('web')]);
const same = report([plan('web')]);
const unknown = report([creation('web')], { failures: [{ key: key('lost'), message: 'AccessDenied' }] });
const PLAN: readonly (readonly [string, Parameters<typeof exitCodeOfPlan>, number])[] = [
  ['changes, not asked', [changed, false], 0],
  ['changes, asked', [changed, true], 2],
  ['no changes, asked', [same, true], 0],
  ['doubt, asked', [unknown, true], 1],
  ['doubt, not asked', [unknown, false], 1],
];
for (const [name, args, code] of PLAN) {
  test(`a plan with ${name} exits ${code}`, () => assert.equal(exitCodeOfPlan(...args), code));
}

test('an abort exits by who asked for it', () => {
  assert.equal(exitCodeOfAbort(new Interrupted('user', '')), 130);
  assert.equal(exitCodeOfAbort(new Interrupted('shutdown', '')), 143);
  assert.equal(exitCodeOfAbort(new Interrupted('pass-timeout', '')), 6);
  assert.equal(exitCodeOfAbort(new Error('other')), 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../src/sandbox/faults/history.ts';
import type { Region } from '../../src/sandbox/region.ts';
import { Fixture } from './sandbox-fixture.ts';

/** A region whose log groups tell how often it has changed, and the history of it. */
class Past {
  readonly region: Region = new Fixture().world.truthOf('us-east-1');
  readonly history = new History();

  change(at: number, bySelf = false): void {
    this.history.beforeChange(this.region, at, bySelf);
    const size = this.region.logGroups.size + 1;
    this.region.logGroups.set(`/${size}`, { group: {} as never, tags: {}, streams: new Map() });
  }

  /** How many changes had been made by then. */
  at(moment: number, monotonic = false): number {
    return this.history.at(this.region, moment, monotonic).logGroups.size;
  }
}

test('FLT-10: a version holds until the change that ended it, and the oldest for all time before', () => {
  const past = new Past();
  past.history.reach(1_000);
  for (const at of [100, 200, 200, 300]) past.change(at);
  assert.deepEqual(
    [0, 99, 100, 199, 200, 299, 300, 400].map((moment) => past.at(moment)),
    [0, 0, 1, 1, 3, 3, 4, 4],
  );
});

test('FLT-10: at most 64 versions are kept, none that no rule can ask for, and none after it is cleared', () => {
  const past = new Past();
  past.change(1);
  assert.equal(past.at(0), 1);
  past.history.reach(1_000);
  for (let at = 10; at < 110; at++) past.change(at);
  assert.equal(past.at(0), 37);
  past.change(1_109);
  assert.equal(past.at(0), 101);
  past.history.clear();
  assert.equal(past.at(0), past.region.logGroups.size);
  assert.equal(past.history.isKept, false);
});

test('FLT-10: changes that come by themselves are told apart to a sixteenth of the longest lag', () => {
  const past = new Past();
  past.history.reach(1_600);
  for (let at = 1_000; at < 1_300; at += 25) past.change(at, true);
  assert.deepEqual(
    [999, 1_050, 1_150, 1_250].map((moment) => past.at(moment)),
    [0, 4, 8, 12],
  );
});

test('FLT-10: what a monotonic read has seen is the least that the next one sees', () => {
  const past = new Past();
  past.history.reach(1_000);
  for (const at of [100, 200]) past.change(at);
  assert.deepEqual([past.at(150, true), past.at(50, true), past.at(50)], [1, 1, 0]);
});

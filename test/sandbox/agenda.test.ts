import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Agenda } from '../../src/sandbox/agenda.ts';

test('W-1: what is due comes by time, and at the same time in the order it was added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.nat(20), (times, until) => {
      const agenda = new Agenda();
      const taken: number[] = [];
      times.forEach((at, index) => {
        agenda.add(at, () => taken.push(index));
      });
      for (let due = agenda.take(until); due !== undefined; due = agenda.take(until)) due.run();
      const expected = times
        .map((at, index) => ({ at, index }))
        .filter(({ at }) => at <= until)
        .sort((a, b) => a.at - b.at || a.index - b.index)
        .map(({ index }) => index);
      assert.deepEqual(taken, expected);
      assert.equal(agenda.size, times.length - expected.length);
    }),
  );
});
